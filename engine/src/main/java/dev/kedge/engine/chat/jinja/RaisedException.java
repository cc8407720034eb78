package dev.kedge.engine.chat.jinja;

/** The template called {@code raise_exception}: it refuses this conversation. */
public final class RaisedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RaisedException(String message) {
    super(message, null, false, false);
  }

  /** What the template says. */
  public String message() {
    return String.valueOf(getMessage());
  }
}
