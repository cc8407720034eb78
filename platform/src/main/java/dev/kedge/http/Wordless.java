package dev.kedge.http;

import org.jspecify.annotations.Nullable;

/**
 * An unexpected exception as it may stand in a log: its types and places, without messages, for
 * those of a parser or a number's format quote what a caller sent.
 */
final class Wordless extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MOST_CAUSES = 5;

  private Wordless(Throwable original, @Nullable Throwable cause) {
    super(original.getClass().getName(), cause, false, true);
    setStackTrace(original.getStackTrace());
  }

  static Wordless of(Throwable original) {
    return of(original, MOST_CAUSES);
  }

  private static Wordless of(Throwable original, int causes) {
    Throwable cause = original.getCause();
    return new Wordless(original, cause == null || causes == 0 ? null : of(cause, causes - 1));
  }
}
