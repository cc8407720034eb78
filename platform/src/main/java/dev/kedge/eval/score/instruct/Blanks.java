package dev.kedge.eval.score.instruct;

/**
 * White space as the published program has it: everything that Unicode calls so, no-break spaces
 * too, and the four control characters that separate files, groups, records and units.
 */
final class Blanks {
  /** One such character, for regular expressions. */
  static final String ONE = "[\\p{IsWhite_Space}\\x1c-\\x1f]";

  private Blanks() {}

  static boolean is(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  static boolean only(String text) {
    return text.codePoints().allMatch(Blanks::is);
  }

  static String strip(String text) {
    int begin = 0;
    int end = text.length();
    while (begin < end && is(text.charAt(begin))) begin++;
    while (end > begin && is(text.charAt(end - 1))) end--;
    return text.substring(begin, end);
  }
}
