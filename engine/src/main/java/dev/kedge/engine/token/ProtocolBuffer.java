package dev.kedge.engine.token;

import dev.kedge.engine.weights.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of a protocol-buffer message ("Encoding" in the protocol buffers documentation):
 * {@link #next}, then one of the value methods or {@link #skip}. Every length is compared with the
 * bytes that are left before it is used. Single thread.
 */
final class ProtocolBuffer {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer bytes;
  private int field;
  private int wireType;

  ProtocolBuffer(byte[] message) {
    this(ByteBuffer.wrap(message));
  }

  private ProtocolBuffer(ByteBuffer bytes) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes to the next field; false at the end of the message. */
  boolean next() {
    if (!bytes.hasRemaining()) return false;
    long tag = varint();
    field = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    if (tag >>> 32 != 0 || field == 0) throw broken("field number " + (tag >>> 3));
    return true;
  }

  /** The number of the field. */
  int field() {
    return field;
  }

  /** Byte offset in the file. */
  int position() {
    return bytes.position();
  }

  /** Passes over the value. */
  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> take(8);
      case LENGTH -> message();
      case FIXED32 -> take(4);
      default -> throw broken("wire type " + wireType);
    }
  }

  /** An int32, bool or enum. */
  int int32() {
    expect(VARINT);
    return (int) varint();
  }

  float float32() {
    expect(FIXED32);
    return take(4).getFloat();
  }

  /** An embedded message. */
  ProtocolBuffer message() {
    expect(LENGTH);
    return new ProtocolBuffer(take(varint()));
  }

  /** A string, which must be UTF-8. */
  String text() {
    int start = bytes.position();
    expect(LENGTH);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(take(varint())).toString();
    } catch (CharacterCodingException e) {
      throw new FormatException(start, "a string is not UTF-8");
    }
  }

  /** Whether bytes are left. */
  boolean hasRemaining() {
    return bytes.hasRemaining();
  }

  /** The next bytes, at their offset in the file. */
  private ByteBuffer take(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw broken("a value of %d bytes with %d left".formatted(length, bytes.remaining()));
    }
    int end = bytes.position() + (int) length;
    ByteBuffer part = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).limit(end);
    bytes.position(end);
    return part;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!bytes.hasRemaining()) throw broken("a number that the end cuts");
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) return value;
    }
    throw broken("a number of more than 64 bits");
  }

  private void expect(int type) {
    if (wireType != type) {
      throw broken("field %d with wire type %d instead of %d".formatted(field, wireType, type));
    }
  }

  private FormatException broken(String found) {
    return new FormatException(bytes.position(), "malformed protocol buffer: " + found);
  }
}
