package dev.kedge.engine.chat.jinja;

/** A failed operation whose place in the template is not known yet. Carries no stack trace. */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Fault(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
