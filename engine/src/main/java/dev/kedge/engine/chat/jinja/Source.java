package dev.kedge.engine.chat.jinja;

import dev.kedge.engine.weights.FormatException;

/** Template text with {@code \n} line ends, and the places in it. */
record Source(String text) {
  /** Line ends become {@code \n}; one at the very end goes, as the reference does. */
  static Source of(String raw) {
    String text = raw.replace("\r\n", "\n").replace('\r', '\n');
    return new Source(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
  }

  FormatException error(int at, String reason) {
    int end = Math.min(at, text.length());
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new FormatException(
        -1, "chat template, line %d, column %d: %s".formatted(line, end - lineStart + 1, reason));
  }
}
