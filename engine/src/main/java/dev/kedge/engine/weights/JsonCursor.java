package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Reads JSON whose structure the caller knows: it asks for an object, an array, a string or a whole
 * number, and anything else is refused. Nothing here calls itself, so the depth is that of the
 * caller's code; strings and numbers of members have limits, so time and memory are bounded by the
 * bytes and by what the caller accepts.
 *
 * <p>Stricter than most readers, because two readers that differ about a file are a way past a
 * check: no key twice in one object, no unpaired surrogate, no overlong UTF-8, no fraction or
 * exponent in a whole number. Format: RFC 8259; UTF-8 as in RFC 3629.
 */
final class JsonCursor {
  private static final int MAX_KEY_BYTES = 1024;

  /** Reads one member's value, which starts at the cursor's position. */
  @FunctionalInterface
  interface Member {
    void read(String key, long keyAt);
  }

  private final MemorySegment bytes;
  private final long end;
  private long position;

  /** A cursor over the bytes from {@code start} up to {@code end}, which lie within the segment. */
  JsonCursor(MemorySegment bytes, long start, long end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Where the next token starts. */
  long position() {
    while (position < end && isSpace(bytes.get(ValueLayout.JAVA_BYTE, position))) position++;
    return position;
  }

  /** An object of at most {@code most} members. */
  void object(String what, int most, Member member) {
    expect('{', what);
    if (peek(what) == '}') {
      position++;
      return;
    }
    Set<String> keys = new HashSet<>();
    do {
      long at = position();
      if (keys.size() == most) {
        throw new FormatException(at, what + " has more than " + most + " keys");
      }
      String key = string("a key of " + what, MAX_KEY_BYTES);
      if (!keys.add(key)) {
        throw new FormatException(at, what + " has the key '" + key + "' twice");
      }
      expect(':', what);
      member.read(key, at);
    } while (another('}', what));
  }

  /** An array of at most {@code most} elements, each read by {@code element}. */
  void array(String what, int most, Runnable element) {
    expect('[', what);
    if (peek(what) == ']') {
      position++;
      return;
    }
    int count = 0;
    do {
      if (count++ == most) {
        throw new FormatException(position(), what + " has more than " + most + " elements");
      }
      element.run();
    } while (another(']', what));
  }

  /** A string that takes at most {@code most} bytes between its quotes. */
  String string(String what, int most) {
    expect('"', what);
    long start = position;
    StringBuilder text = new StringBuilder();
    while (true) {
      int octet = octet(what);
      if (octet == '"') return text.toString();
      if (position - start > most) {
        throw new FormatException(start, what + " is longer than " + most + " bytes");
      }
      if (octet < 0x20) {
        throw new FormatException(position - 1, what + " has a control character");
      }
      if (octet == '\\') escape(text, what);
      else text.appendCodePoint(octet < 0x80 ? octet : multiByte(octet, what));
    }
  }

  /** A number from 0 to 2^63 - 1, written in digits only. */
  long wholeNumber(String what) {
    long at = position();
    int first = peek(what);
    if (!isDigit(first)) {
      throw new FormatException(
          at, what + " starts with " + shown(first) + "; a whole number of 0 or more was expected");
    }
    long value = 0;
    while (position < end && isDigit(bytes.get(ValueLayout.JAVA_BYTE, position))) {
      int digit = bytes.get(ValueLayout.JAVA_BYTE, position++) - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw new FormatException(at, what + " is larger than 2^63 - 1");
      }
      if (value == 0 && position - at > 1) {
        throw new FormatException(at, what + " is a number with a leading zero");
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Steps over {@code null}, if that is what comes next. */
  boolean takeNull(String what) {
    if (peek(what) != 'n') return false;
    for (int i = 0; i < 4; i++) {
      if (octet(what) != "null".charAt(i)) {
        throw new FormatException(position - 1, what + " has a word that is not 'null'");
      }
    }
    return true;
  }

  /** Nothing but white space may follow. */
  void end(String what) {
    if (position() == end) return;
    throw new FormatException(
        position, what + " goes on with " + shown(peek(what)) + " after its end");
  }

  private boolean another(char close, String what) {
    int next = peek(what);
    if (next != ',' && next != close) {
      throw new FormatException(
          position, what + " has " + shown(next) + " where ',' or '" + close + "' was expected");
    }
    position++;
    return next == ',';
  }

  private void expect(char expected, String what) {
    int next = peek(what);
    if (next != expected) {
      throw new FormatException(
          position, what + " has " + shown(next) + " where '" + expected + "' was expected");
    }
    position++;
  }

  private int peek(String what) {
    if (position() == end) throw endsWithin(what);
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, position));
  }

  private int octet(String what) {
    if (position == end) throw endsWithin(what);
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, position++));
  }

  private FormatException endsWithin(String what) {
    return new FormatException(position, "the header ends within " + what);
  }

  private int multiByte(int lead, String what) {
    long at = position - 1;
    int more = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    int c = lead & (0x3F >> more);
    boolean valid = more > 0;
    for (int i = 0; valid && i < more; i++) {
      int next = octet(what);
      valid = (next & 0xC0) == 0x80;
      c = c << 6 | (next & 0x3F);
    }
    int least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    if (!valid || c < least || c > Character.MAX_CODE_POINT || surrogate) {
      throw new FormatException(at, what + " is not valid UTF-8");
    }
    return c;
  }

  private void escape(StringBuilder text, String what) {
    long at = position - 1;
    int letter = octet(what);
    switch (letter) {
      case '"', '\\', '/' -> text.append((char) letter);
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'u' -> text.appendCodePoint(unicode(at, what));
      default ->
          throw new FormatException(at, what + " has the unknown escape \\ and " + shown(letter));
    }
  }

  private int unicode(long at, String what) {
    char first = hexadecimal(what);
    if (!Character.isSurrogate(first)) return first;
    if (Character.isHighSurrogate(first) && octet(what) == '\\' && octet(what) == 'u') {
      char second = hexadecimal(what);
      if (Character.isLowSurrogate(second)) return Character.toCodePoint(first, second);
    }
    throw new FormatException(at, what + " has an escaped surrogate without its pair");
  }

  private char hexadecimal(String what) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int octet = octet(what);
      int digit = octet < 0x80 ? Character.digit(octet, 16) : -1;
      if (digit < 0) {
        throw new FormatException(
            position - 1, what + " has " + shown(octet) + " where four hex digits were expected");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private static boolean isSpace(byte octet) {
    return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
  }

  private static boolean isDigit(int octet) {
    return octet >= '0' && octet <= '9';
  }

  private static String shown(int octet) {
    if (octet > 0x20 && octet < 0x7F) return "'" + (char) octet + "'";
    return String.format(Locale.ROOT, "byte 0x%02x", octet);
  }
}
