package dev.kedge.eval.score;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text that ends a regular expression which looks at it too often. A backtracking matcher can
 * need exponentially many steps; each looks at a character, so counting these bounds its time, the
 * same everywhere, without a clock.
 */
final class BoundedText implements CharSequence {
  private static final long MOST_READS = 20_000_000;

  private final CharSequence text;
  private final long[] left;

  private BoundedText(CharSequence text, long[] left) {
    this.text = text;
    this.left = left;
  }

  /** Too many steps. */
  static final class ExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExceededException() {
      super("the regular expression takes too long on this text", null, false, false);
    }
  }

  /**
   * A matcher that gives up.
   *
   * <p>Its methods throw {@link ExceededException} after {@value #MOST_READS} looks at a character,
   * and may throw {@link StackOverflowError} for deeply nested repetitions.
   */
  static Matcher matcher(Pattern pattern, String text) {
    return pattern.matcher(new BoundedText(text, new long[] {MOST_READS}));
  }

  /** Whether the pattern is found; not found where it takes too long. */
  static boolean finds(Pattern pattern, String text) {
    try {
      return matcher(pattern, text).find();
    } catch (ExceededException | StackOverflowError e) {
      return false;
    }
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (--left[0] < 0) throw new ExceededException();
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new BoundedText(text.subSequence(start, end), left);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
