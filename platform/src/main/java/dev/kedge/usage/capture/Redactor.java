package dev.kedge.usage.capture;

/**
 * Takes out of a text what must not be written. Called by one thread at a time, with every text of
 * an exchange; where it throws, the exchange is dropped.
 */
@FunctionalInterface
public interface Redactor {
  /** The text without it. */
  String redact(String text);

  /** First this one, then another. */
  default Redactor then(Redactor next) {
    return text -> next.redact(redact(text));
  }

  /** Leaves everything; for tasks whose texts hold no personal data. */
  static Redactor none() {
    return text -> text;
  }
}
