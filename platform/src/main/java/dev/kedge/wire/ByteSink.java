package dev.kedge.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow; reused for every chunk of a stream. Not thread-safe. */
public final class ByteSink {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /* Characters that are written at once: room is made for six bytes of each. */
  private static final int PIECE = 4_096;

  private byte[] bytes = new byte[512];
  private int size;

  public void clear() {
    size = 0;
  }

  /** The buffer; valid up to {@link #size}. */
  public byte[] array() {
    return bytes;
  }

  public int size() {
    return size;
  }

  public ByteSink put(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
    return this;
  }

  /** A number in decimal digits. */
  public ByteSink putNumber(long number) {
    if (number < 0 || number > 9) {
      for (byte digit : Long.toString(number).getBytes(StandardCharsets.US_ASCII)) put(digit);
      return this;
    }
    return put((byte) ('0' + number));
  }

  /** One byte. */
  public ByteSink put(byte one) {
    reserve(1);
    bytes[size++] = one;
    return this;
  }

  /** Everything so far. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /**
   * The inside of a JSON string: UTF-8, with quotation mark, backslash and control characters
   * escaped. An unpaired surrogate becomes U+FFFD.
   */
  public ByteSink putJsonText(String text) {
    int from = 0;
    do {
      int to = Math.min(text.length(), from + PIECE);
      /* A pair of surrogates is not torn. */
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) to++;
      putJsonText(text, from, to);
      from = to;
    } while (from < text.length());
    return this;
  }

  private void putJsonText(String text, int from, int to) {
    reserve(6 * (to - from));
    byte[] out = bytes;
    int at = size;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        at = ascii(out, at, c);
      } else if (c < 0x800) {
        out[at++] = (byte) (0xC0 | (c >> 6));
        out[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < to
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        at = supplementary(out, at, Character.toCodePoint(c, text.charAt(++i)));
      } else {
        at = threeBytes(out, at, Character.isSurrogate(c) ? 0xFFFD : c);
      }
    }
    size = at;
  }

  private static int ascii(byte[] out, int at, char c) {
    int next = at;
    if (c == '"' || c == '\\') {
      out[next++] = '\\';
      out[next++] = (byte) c;
    } else if (c >= 0x20) {
      out[next++] = (byte) c;
    } else if (c == '\n') {
      out[next++] = '\\';
      out[next++] = 'n';
    } else {
      out[next++] = '\\';
      out[next++] = 'u';
      out[next++] = '0';
      out[next++] = '0';
      out[next++] = HEX[c >> 4];
      out[next++] = HEX[c & 15];
    }
    return next;
  }

  private static int threeBytes(byte[] out, int at, int c) {
    out[at] = (byte) (0xE0 | (c >> 12));
    out[at + 1] = (byte) (0x80 | ((c >> 6) & 0x3F));
    out[at + 2] = (byte) (0x80 | (c & 0x3F));
    return at + 3;
  }

  private static int supplementary(byte[] out, int at, int c) {
    out[at] = (byte) (0xF0 | (c >> 18));
    out[at + 1] = (byte) (0x80 | ((c >> 12) & 0x3F));
    out[at + 2] = (byte) (0x80 | ((c >> 6) & 0x3F));
    out[at + 3] = (byte) (0x80 | (c & 0x3F));
    return at + 4;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
    }
  }
}
