package dev.kedge.backend.upstream;

/**
 * Looks through a JSON text for the few things that a relay must know, without building anything:
 * about a nanosecond per byte. One thread; what was found holds until the next text.
 *
 * <p>A quotation mark inside of a JSON string is always escaped, so words of an answer never look
 * like a key.
 */
final class JsonScan {
  private byte[] bytes = {};
  private int to;
  private int depth;
  private boolean envelope;

  private int usageFrom;
  private int usageTo;
  private int typeFrom;
  private int typeTo;
  private boolean error;
  private boolean words;
  private boolean delta;
  private boolean noChoices;

  /** Looks through one text; false where it is no whole JSON object. */
  boolean scan(byte[] text, int from, int end) {
    bytes = text;
    to = end;
    depth = 0;
    envelope = false;
    usageFrom = -1;
    typeFrom = -1;
    error = false;
    words = false;
    delta = false;
    noChoices = false;
    int at = space(from);
    if (at >= to || bytes[at] != '{') return false;
    at = object(at);
    return at >= 0 && space(at) == to;
  }

  /* Up to the end of the object that begins here, or -1. */
  private int object(int start) {
    int at = start;
    while (at < to) {
      byte c = bytes[at];
      if (c == '"') {
        int close = stringEnd(at + 1);
        if (close < 0) return -1;
        int next = space(close + 1);
        if (next < to && bytes[next] == ':') {
          next = space(next + 1);
          key(at + 1, close, next);
          at = next;
        } else {
          at = next;
        }
        continue;
      }
      at++;
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
        if (depth == 1) envelope = false;
        if (depth == 0) return at;
      }
    }
    return -1;
  }

  private void key(int from, int end, int value) {
    if (value >= to) return;
    byte first = bytes[value];
    switch (end - from) {
      case 4 -> {
        if (is(from, "type")) type(value, first);
        else if (is(from, "text")) words(value, first);
      }
      case 5 -> {
        if (is(from, "usage")) usage(value, first);
        else if (is(from, "error")) error |= depth == 1 && (first == '{' || first == '"');
        else if (is(from, "delta")) delta |= depth == 1 && filled(value, first);
      }
      case 7 -> {
        if (is(from, "content") || is(from, "refusal")) words(value, first);
        else if (is(from, "choices")) noChoices |= depth == 1 && emptyArray(value);
        else if (is(from, "message")) envelope |= depth == 1 && first == '{';
      }
      case 8 -> {
        if (is(from, "thinking")) words(value, first);
        else if (is(from, "response")) envelope |= depth == 1 && first == '{';
      }
      case 9 -> {
        if (is(from, "arguments") || is(from, "reasoning")) words(value, first);
      }
      case 12 -> {
        if (is(from, "partial_json")) words(value, first);
      }
      case 17 -> {
        if (is(from, "reasoning_content")) words(value, first);
      }
      default -> {}
    }
  }

  private boolean is(int from, String name) {
    for (int i = 0; i < name.length(); i++) if (bytes[from + i] != name.charAt(i)) return false;
    return true;
  }

  private void words(int value, byte first) {
    words |= filled(value, first);
  }

  private boolean filled(int value, byte first) {
    return first == '"' && value + 1 < to && bytes[value + 1] != '"';
  }

  private void type(int value, byte first) {
    if (depth != 1 || first != '"') return;
    typeFrom = value + 1;
    typeTo = stringEnd(typeFrom);
  }

  /* Elsewhere the word may stand in what a model or a caller made up. */
  private void usage(int value, byte first) {
    if (first != '{' || !(depth == 1 || (depth == 2 && envelope))) return;
    usageFrom = value;
    int inner = 0;
    for (int at = value; at < to; at++) {
      byte c = bytes[at];
      if (c == '"') {
        at = stringEnd(at + 1);
        if (at < 0) break;
      } else if (c == '{') {
        inner++;
      } else if (c == '}' && --inner == 0) {
        usageTo = at + 1;
        return;
      }
    }
    usageFrom = -1;
  }

  private boolean emptyArray(int value) {
    if (bytes[value] != '[') return false;
    int next = space(value + 1);
    return next < to && bytes[next] == ']';
  }

  private int stringEnd(int from) {
    byte[] text = bytes;
    int end = to;
    for (int at = from; at < end; at++) {
      byte c = text[at];
      if (c == '"') return at;
      if (c == '\\') at++;
    }
    return -1;
  }

  private int space(int from) {
    int at = from;
    while (at < to
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) at++;
    return at;
  }

  /** Where the object of token counts begins, or -1. */
  int usageFrom() {
    return usageFrom;
  }

  int usageTo() {
    return usageTo;
  }

  /** Whether the object as a whole tells an error. */
  boolean error() {
    return error;
  }

  /** Whether it brings a piece of an answer, as chunks and messages do. */
  boolean words() {
    return words;
  }

  /** Whether it brings a piece of an answer, as the events of responses do. */
  boolean delta() {
    return delta;
  }

  /** Whether it has a list of choices and that is empty. */
  boolean noChoices() {
    return noChoices;
  }

  /** Whether the type of the object itself is this one. */
  boolean type(String name) {
    if (typeFrom < 0 || typeTo - typeFrom != name.length()) return false;
    return is(typeFrom, name);
  }
}
