package dev.kedge.engine.weights;

/**
 * A file, template or vocabulary that breaks its format. The message is written for the user: what
 * was found, at which position, and what was expected.
 */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long position;

  /**
   * @param position byte offset in the file (or character offset in a text), -1 where none applies
   * @param reason what is wrong and what was expected
   */
  public FormatException(long position, String reason) {
    super(position < 0 ? reason : reason + " (at byte " + position + ")");
    this.position = position;
  }

  /** The offset at which the format breaks, or -1. */
  public long position() {
    return position;
  }
}
