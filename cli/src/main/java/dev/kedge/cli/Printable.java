package dev.kedge.cli;

import java.util.Locale;

/** Text from files as it may reach a terminal: nothing in it can move the cursor or hide text. */
final class Printable {
  private Printable() {}

  /** {@code text} with control, direction and broken characters as {@code \}{@code uXXXX}. */
  static String text(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (isSafe(c)) safe.appendCodePoint(c);
          else if (c == '\n') safe.append("\\n");
          else safe.append(String.format(Locale.ROOT, "\\u%04x", c));
        });
    return safe.toString();
  }

  /** The same, cut to {@code most} characters. */
  static String text(String text, int most) {
    if (text.length() <= most) return text(text);
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text(text.substring(0, end)) + "…";
  }

  private static boolean isSafe(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
