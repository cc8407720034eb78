package dev.kedge.drift;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How an answer is laid out, read line by line. */
final class Layout {
  /** Names and definitions. */
  static final Map<String, String> DEFINITIONS =
      new TreeMap<>(
          Map.of(
              "code fence", "a line that begins with ``` or ~~~",
              "bullet list", "a line that begins with -, * or • and a blank",
              "numbered list", "a line that begins with a number, a point or bracket, and a blank",
              "heading", "a line that begins with one to six # and a blank",
              "table", "a line that begins and ends with |",
              "bold text", "words between two pairs of asterisks",
              "several paragraphs", "an empty line between other lines"));

  private Layout() {}

  /** Adds what is found. */
  static void find(String text, Set<String> traits) {
    int start = 0;
    boolean written = false;
    boolean gap = false;
    while (start <= text.length()) {
      int end = text.indexOf('\n', start);
      if (end < 0) end = text.length();
      String line = text.substring(start, end).strip();
      if (line.isEmpty()) {
        gap = written;
      } else {
        if (gap) traits.add("several paragraphs");
        written = true;
        line(line, traits);
      }
      start = end + 1;
    }
  }

  private static void line(String line, Set<String> traits) {
    char first = line.charAt(0);
    switch (first) {
      case '`', '~' -> {
        if (line.startsWith("```") || line.startsWith("~~~")) traits.add("code fence");
      }
      case '-', '*', '•' -> {
        if (line.length() > 1 && line.charAt(1) == ' ') traits.add("bullet list");
      }
      case '#' -> {
        int level = run(line, '#');
        if (level <= 6 && line.length() > level && line.charAt(level) == ' ') {
          traits.add("heading");
        }
      }
      case '|' -> {
        if (line.length() > 1 && line.endsWith("|")) traits.add("table");
      }
      default -> {
        if (isNumbered(line)) traits.add("numbered list");
      }
    }
    int bold = line.indexOf("**");
    if (bold >= 0 && line.indexOf("**", bold + 3) > 0) traits.add("bold text");
  }

  private static int run(String line, char c) {
    int n = 0;
    while (n < line.length() && line.charAt(n) == c) n++;
    return n;
  }

  private static boolean isNumbered(String line) {
    int n = 0;
    while (n < Math.min(4, line.length()) && line.charAt(n) >= '0' && line.charAt(n) <= '9') n++;
    if (n == 0 || n + 1 >= line.length()) return false;
    return (line.charAt(n) == '.' || line.charAt(n) == ')') && line.charAt(n + 1) == ' ';
  }
}
