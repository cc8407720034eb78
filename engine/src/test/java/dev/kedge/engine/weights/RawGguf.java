package dev.kedge.engine.weights;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Puts together GGUF bytes field by field, right or wrong, for tests of the reader. */
final class RawGguf {
  static final int UINT32 = 4;
  static final int INT32 = 5;
  static final int STRING = 8;
  static final int ARRAY = 9;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Magic, version 3 and the two counts. */
  static RawGguf header(long tensors, long keys) {
    return new RawGguf().text("GGUF").int32(3).int64(tensors).int64(keys);
  }

  /** An entry of the tensor directory. */
  RawGguf tensor(String name, int type, long offset, long... shape) {
    string(name).int32(shape.length);
    for (long dimension : shape) int64(dimension);
    return int32(type).int64(offset);
  }

  RawGguf text(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  RawGguf string(String value) {
    return int64(value.getBytes(StandardCharsets.UTF_8).length).text(value);
  }

  RawGguf int8(int value) {
    out.write(value);
    return this;
  }

  RawGguf int32(int value) {
    for (int i = 0; i < 4; i++) out.write(value >>> (8 * i));
    return this;
  }

  RawGguf int64(long value) {
    return int32((int) value).int32((int) (value >>> 32));
  }

  /** Zeros up to the start of the data, then {@code bytes} more. */
  RawGguf data(int bytes) {
    while (out.size() % 32 != 0) out.write(0);
    out.writeBytes(new byte[bytes]);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  GgufFile read() {
    return GgufFile.of(MemorySegment.ofArray(bytes()));
  }
}
