package dev.kedge.engine.chat.jinja;

/** Replaces the backslash escapes of a string literal, as Python does. */
final class Escapes {
  private final Source source;
  private final String text;
  private final int end;
  private final StringBuilder out = new StringBuilder();
  private int at;

  Escapes(Source source, int from, int end) {
    this.source = source;
    this.text = source.text();
    this.at = from;
    this.end = end;
  }

  String decode() {
    while (at < end) {
      char c = text.charAt(at++);
      if (c == '\\' && at < end) {
        escape(text.charAt(at++));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private void escape(char c) {
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.append(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case 'N' -> throw source.error(at - 2, "named characters (\\N) are not supported");
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
      default -> out.append('\\').append(c);
    }
  }

  private void hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < end ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw source.error(at, "this escape needs " + digits + " hexadecimal digits");
      }
      value = value * 16 + digit;
      at++;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw source.error(at, "this escape is no character");
    }
    out.appendCodePoint((int) value);
  }

  private void octal() {
    at--;
    int value = 0;
    for (int i = 0; i < 3 && at < end && text.charAt(at) >= '0' && text.charAt(at) <= '7'; i++) {
      value = value * 8 + (text.charAt(at++) - '0');
    }
    out.append((char) value);
  }
}
