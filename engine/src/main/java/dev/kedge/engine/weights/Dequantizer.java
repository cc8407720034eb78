package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** Turns stored elements of any {@link TensorType} into floats; exact for every type. */
public final class Dequantizer {
  private Dequantizer() {}

  /**
   * Reads {@code count} consecutive elements.
   *
   * @param source bytes of a tensor or of whole rows of it
   * @param at byte offset in {@code source} of the first block
   * @param target receives the elements from index {@code to}
   * @param count a multiple of the type's block size
   */
  public static void dequantize(
      TensorType type, MemorySegment source, long at, float[] target, int to, int count) {
    if (count % type.blockSize() != 0) {
      throw new IllegalArgumentException(count + " elements do not fill blocks of " + type);
    }
    Objects.checkFromIndexSize(to, count, target.length);
    Objects.checkFromIndexSize(at, type.bytes(count), source.byteSize());
    switch (type) {
      case F32 -> MemorySegment.copy(source, Little.FLOAT, at, target, to, count);
      case F16 -> halves(source, at, target, to, count);
      case BF16 -> brainHalves(source, at, target, to, count);
      case Q4_0 -> q4(source, at, target, to, count);
      case Q8_0 -> q8(source, at, target, to, count);
    }
  }

  private static void halves(MemorySegment source, long at, float[] target, int to, int count) {
    for (int i = 0; i < count; i++) {
      target[to + i] = Float.float16ToFloat(source.get(Little.SHORT, at + 2L * i));
    }
  }

  private static void brainHalves(
      MemorySegment source, long at, float[] target, int to, int count) {
    for (int i = 0; i < count; i++) {
      target[to + i] = Float.intBitsToFloat(source.get(Little.SHORT, at + 2L * i) << 16);
    }
  }

  /* Byte j holds weight j in its low nibble and weight j + 16 in its high one. */
  private static void q4(MemorySegment source, long at, float[] target, int to, int count) {
    for (int block = 0; block < count / 32; block++) {
      long bytes = at + 18L * block;
      int first = to + 32 * block;
      float scale = Float.float16ToFloat(source.get(Little.SHORT, bytes));
      for (int j = 0; j < 16; j++) {
        int pair = source.get(ValueLayout.JAVA_BYTE, bytes + 2 + j);
        target[first + j] = ((pair & 0xF) - 8) * scale;
        target[first + 16 + j] = ((pair >> 4 & 0xF) - 8) * scale;
      }
    }
  }

  private static void q8(MemorySegment source, long at, float[] target, int to, int count) {
    for (int block = 0; block < count / 32; block++) {
      long bytes = at + 34L * block;
      int first = to + 32 * block;
      float scale = Float.float16ToFloat(source.get(Little.SHORT, bytes));
      for (int j = 0; j < 32; j++) {
        target[first + j] = source.get(ValueLayout.JAVA_BYTE, bytes + 2 + j) * scale;
      }
    }
  }
}
