package dev.kedge.eval.score.instruct;

import java.util.Locale;
import java.util.Set;

/**
 * Where sentences end: at a full stop, question or exclamation mark (also of other scripts) with
 * white space or nothing behind it and its closing quotes, unless it belongs to an abbreviation or
 * initial, or a small letter follows a full stop.
 */
final class Sentences {
  private static final String MARKS = ".!?。！？।؟";
  private static final String CLOSING = "\"'”’)]»*_";
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "inc", "ltd", "co",
          "corp", "no", "fig", "vol", "jr", "sr", "gen", "col", "lt", "sgt", "capt", "rev", "hon",
          "u.s", "u.k", "a.m", "p.m", "approx", "dept", "est", "min", "max", "jan", "feb", "mar",
          "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec");

  private Sentences() {}

  /** How many sentences a text has; words behind the last mark are one more. */
  static int count(String text) {
    int count = 0;
    boolean words = false;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (Character.isLetterOrDigit(c)) words = true;
      if (MARKS.indexOf(c) < 0) {
        i++;
        continue;
      }
      int mark = i;
      while (i < text.length() && MARKS.indexOf(text.charAt(i)) >= 0) i++;
      while (i < text.length() && CLOSING.indexOf(text.charAt(i)) >= 0) i++;
      if (words && ends(text, mark, i)) {
        count++;
        words = false;
      }
    }
    return words ? count + 1 : count;
  }

  private static boolean ends(String text, int mark, int behind) {
    char c = text.charAt(mark);
    boolean wide = c > 0x7f;
    if (behind < text.length() && !Character.isWhitespace(text.charAt(behind)) && !wide) {
      return false;
    }
    if (c != '.' || behind - mark > 1) return true;
    int start = mark;
    while (start > 0 && !Character.isWhitespace(text.charAt(start - 1))) start--;
    String word =
        text.substring(start, mark).toLowerCase(Locale.ROOT).replaceAll("^[^\\p{L}]+", "");
    boolean initial = word.length() == 1 && Character.isUpperCase(text.charAt(mark - 1));
    // "1." opens an entry of a list.
    boolean number =
        mark > start && text.substring(start, mark).chars().allMatch(Character::isDigit);
    if (ABBREVIATIONS.contains(word) || initial || (number && lineStart(text, start))) return false;
    int next = behind;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) next++;
    return next >= text.length() || !Character.isLowerCase(text.charAt(next));
  }

  private static boolean lineStart(String text, int start) {
    int i = start - 1;
    while (i >= 0 && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) i--;
    return i < 0 || text.charAt(i) == '\n';
  }
}
