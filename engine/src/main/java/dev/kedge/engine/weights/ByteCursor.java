package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads little-endian values one after the other and refuses to step past the end. Nothing is
 * allocated before the bytes it stands for are known to be there.
 */
final class ByteCursor {
  /* What is taken goes to the heap; the headers of real models have some ten million bytes. */
  private static final long MAX_HEADER_BYTES = 1L << 27;

  private final MemorySegment bytes;
  private long position;

  ByteCursor(MemorySegment bytes) {
    this.bytes = bytes;
  }

  long position() {
    return position;
  }

  long remaining() {
    return bytes.byteSize() - position;
  }

  int uint8(String what) {
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, advance(1, what)));
  }

  int uint16(String what) {
    return Short.toUnsignedInt(bytes.get(Little.SHORT, advance(2, what)));
  }

  int int32(String what) {
    return bytes.get(Little.INT, advance(4, what));
  }

  long uint32(String what) {
    return Integer.toUnsignedLong(int32(what));
  }

  long int64(String what) {
    return bytes.get(Little.LONG, advance(8, what));
  }

  /**
   * An unsigned 64-bit count of things that take at least {@code minimumBytes} each.
   *
   * @param most the largest count that Kedge accepts
   */
  int count(String what, int minimumBytes, int most) {
    long at = position;
    long count = int64(what);
    if (count < 0 || count > most) {
      throw new FormatException(
          at, what + " is " + Long.toUnsignedString(count) + "; at most " + most + " is accepted");
    }
    if (count > remaining() / minimumBytes) {
      throw new FormatException(
          at,
          what
              + " is "
              + count
              + ", which takes at least "
              + Math.multiplyFull((int) count, minimumBytes)
              + " bytes, but only "
              + remaining()
              + " are left in the file");
    }
    return (int) count;
  }

  /** A string of at most {@code most} bytes after its 64-bit length. */
  String string(String what, int most) {
    int length = length(what, most);
    if (length == 0) return "";
    long at = position;
    byte[] text = take(length, what);
    // Vocabularies have hundreds of thousands of strings, most of them ASCII.
    if (isAscii(text)) return new String(text, StandardCharsets.ISO_8859_1);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new FormatException(at, what + " is not valid UTF-8");
    }
  }

  private int length(String what, int most) {
    if (remaining() >= Long.BYTES) {
      long length = bytes.get(Little.LONG, position);
      if (length >= 0 && length <= most && length <= remaining() - Long.BYTES) {
        position += Long.BYTES;
        return (int) length;
      }
    }
    return count("the length of " + what, 1, most); // finds out what is wrong
  }

  private static boolean isAscii(byte[] text) {
    byte all = 0;
    for (byte one : text) all |= one;
    return all >= 0;
  }

  byte[] take(int length, String what) {
    long at = advance(length, what);
    if (position > MAX_HEADER_BYTES) {
      throw new FormatException(
          at, what + " reaches beyond the " + MAX_HEADER_BYTES + " bytes that a header may have");
    }
    byte[] taken = new byte[length];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, taken, 0, length);
    return taken;
  }

  private long advance(long length, String what) {
    if (length > remaining()) {
      throw new FormatException(
          position,
          "the file ends within "
              + what
              + ": "
              + length
              + " bytes were expected, "
              + remaining()
              + " are left");
    }
    long at = position;
    position += length;
    return at;
  }
}
