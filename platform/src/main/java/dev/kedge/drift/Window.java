package dev.kedge.drift;

import dev.kedge.report.Difference;

/**
 * The part of two long answers that is shown: from shortly before the first difference.
 *
 * @param before of the old answer
 * @param after of the new one
 */
record Window(String before, String after) {
  private static final int MOST = 4_000;
  private static final int LEAD = 400;

  static Window of(String before, String after) {
    if (before.length() <= MOST && after.length() <= MOST) return new Window(before, after);
    int same = 0;
    int most = Math.min(before.length(), after.length());
    while (same < most && before.charAt(same) == after.charAt(same)) same++;
    int from = Math.max(0, same - LEAD);
    return new Window(part(before, from), part(after, from));
  }

  /** The beginning of a text. */
  static String clipped(String text) {
    return part(text, 0);
  }

  private static String part(String text, int from) {
    int start = whole(text, from);
    int end = whole(text, Math.min(text.length(), start + MOST));
    String left = start > 0 ? "(" + start + " characters) … " : "";
    String right = end < text.length() ? " … (" + (text.length() - end) + " characters)" : "";
    return left + text.substring(start, end) + right;
  }

  /** A place that does not cut a code point in two. */
  private static int whole(String text, int at) {
    boolean inside =
        at > 0
            && at < text.length()
            && Character.isLowSurrogate(text.charAt(at))
            && Character.isHighSurrogate(text.charAt(at - 1));
    return inside ? at - 1 : at;
  }

  /** With what only one of them has marked. */
  Difference difference() {
    return Difference.of(before, after);
  }
}
