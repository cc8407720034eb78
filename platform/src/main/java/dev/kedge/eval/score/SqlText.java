package dev.kedge.eval.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A query as words, comments and quoted parts skipped. */
final class SqlText {
  private SqlText() {}

  /** A word or sign outside of quotes, with how deep in parentheses it stands. */
  private record Word(String text, int depth) {}

  private static List<Word> words(String sql) {
    List<Word> words = new ArrayList<>();
    int depth = 0;
    int i = 0;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      int next = skipped(sql, i);
      if (next > i) {
        i = next;
      } else if (Character.isLetter(c) || c == '_') {
        int end = i;
        while (end < sql.length() && wordPart(sql.charAt(end))) end++;
        words.add(new Word(sql.substring(i, end).toUpperCase(Locale.ROOT), depth));
        i = end;
      } else {
        if (c == '(') depth++;
        if (c == ')') depth--;
        if (c == ';') words.add(new Word(";", depth));
        else if (!Character.isWhitespace(c)) words.add(new Word(String.valueOf(c), depth));
        i++;
      }
    }
    return words;
  }

  private static boolean wordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /* Behind the comment or quoted part that begins here; i itself where none begins. */
  private static int skipped(String sql, int i) {
    if (sql.startsWith("--", i)) return until(sql, "\n", i + 2);
    if (sql.startsWith("/*", i)) return until(sql, "*/", i + 2);
    char c = sql.charAt(i);
    if (c == '\'' || c == '"' || c == '`') return until(sql, String.valueOf(c), i + 1);
    if (c == '[') return until(sql, "]", i + 1);
    return i;
  }

  private static int until(String sql, String end, int from) {
    int found = sql.indexOf(end, from);
    return found < 0 ? sql.length() : found + end.length();
  }

  /** Whether this is one statement that only reads: SELECT, WITH or VALUES. */
  static boolean isOneQuery(String sql) {
    List<Word> words = words(sql);
    while (!words.isEmpty() && words.getLast().text().equals(";")) words.removeLast();
    if (words.isEmpty() || words.stream().anyMatch(word -> word.text().equals(";"))) return false;
    return List.of("SELECT", "WITH", "VALUES").contains(words.getFirst().text());
  }

  /** Whether the outer query has an ORDER BY. */
  static boolean ordered(String sql) {
    List<Word> words = words(sql);
    for (int i = 0; i + 1 < words.size(); i++) {
      Word word = words.get(i);
      if (word.depth() == 0
          && word.text().equals("ORDER")
          && words.get(i + 1).text().equals("BY")) {
        return true;
      }
    }
    return false;
  }
}
