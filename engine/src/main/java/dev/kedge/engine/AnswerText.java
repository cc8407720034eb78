package dev.kedge.engine;

import dev.kedge.engine.token.Utf8Stream;
import java.util.List;

/**
 * The text of an answer as it grows, up to the first stop text. What could still become part of a
 * character or of a stop text is held back. How the text is cut into tokens does not change where
 * it stops: at the stop text that is complete first, of several the longest.
 */
final class AnswerText {
  private final List<String> stop;
  private final Utf8Stream utf8 = new Utf8Stream();
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  AnswerText(List<String> stop) {
    this.stop = stop;
  }

  /** The text that became final with these bytes. */
  String append(byte[] bytes) {
    held.append(utf8.append(bytes));
    int start = -1;
    int end = Integer.MAX_VALUE;
    for (String text : stop) {
      int at = held.indexOf(text);
      int after = at + text.length();
      if (at >= 0 && (after < end || (after == end && at < start))) {
        start = at;
        end = after;
      }
    }
    if (start < 0) return release(held.length() - possibleStop());
    stopped = true;
    held.setLength(start);
    return release(start);
  }

  /** Whether a stop text was reached; nothing follows. */
  boolean stopped() {
    return stopped;
  }

  /** The rest, when no more bytes follow. */
  String finish() {
    if (stopped) return "";
    held.append(utf8.finish());
    return release(held.length());
  }

  private String release(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }

  /* Length of the longest end of the held text that begins a stop text. */
  private int possibleStop() {
    int longest = 0;
    for (String text : stop) {
      int length = Math.min(held.length(), text.length() - 1);
      while (length > longest && !ends(text, length)) length--;
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private boolean ends(String text, int length) {
    int from = held.length() - length;
    for (int i = 0; i < length; i++) if (held.charAt(from + i) != text.charAt(i)) return false;
    return true;
  }
}
