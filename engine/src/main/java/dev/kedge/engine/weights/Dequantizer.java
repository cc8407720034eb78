package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Turns stored elements of any {@link TensorType} into floats, one float operation at a time in a
 * fixed order, so everywhere the same; exact for all types without a minimum.
 */
public final class Dequantizer {
  private static final int PORTION = 1 << 10;

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
      case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K ->
          blocks(type, source, at, target, to, count);
    }
  }

  /* By way of an array: the compiler converts many at a time there, not from other memory. */
  private static void halves(MemorySegment source, long at, float[] target, int to, int count) {
    short[] halves = new short[Math.min(count, PORTION)];
    for (int done = 0; done < count; done += PORTION) {
      int some = Math.min(PORTION, count - done);
      MemorySegment.copy(source, Little.SHORT, at + 2L * done, halves, 0, some);
      convert(halves, target, to + done, some);
    }
  }

  private static void convert(short[] halves, float[] target, int to, int count) {
    for (int i = 0; i < count; i++) target[to + i] = Float.float16ToFloat(halves[i]);
  }

  private static void brainHalves(
      MemorySegment source, long at, float[] target, int to, int count) {
    for (int i = 0; i < count; i++) {
      target[to + i] = Float.intBitsToFloat(source.get(Little.SHORT, at + 2L * i) << 16);
    }
  }

  private static void blocks(
      TensorType type, MemorySegment source, long at, float[] target, int to, int count) {
    short[] quants = new short[type.blockSize()];
    for (int done = 0; done < count; done += quants.length) {
      long block = at + type.bytes(done);
      Blocks.quants(type, source, block, quants, 0);
      float scale = Blocks.scale(type, source, block);
      int first = to + done;
      switch (type) {
        case Q4_0, Q5_0, Q8_0 -> {
          for (int i = 0; i < quants.length; i++) target[first + i] = quants[i] * scale;
        }
        case Q4_1, Q5_1 -> {
          float minimum = Blocks.minimum(source, block);
          for (int i = 0; i < quants.length; i++) target[first + i] = quants[i] * scale + minimum;
        }
        case Q4_K, Q5_K -> eightParts(source, block, quants, scale, target, first);
        case Q6_K -> {
          for (int i = 0; i < quants.length; i++) {
            target[first + i] = scale * Blocks.signedScale(source, block, i / 16) * quants[i];
          }
        }
        case F32, F16, BF16 -> throw new IllegalArgumentException(type + " has no blocks");
      }
    }
  }

  private static void eightParts(
      MemorySegment source, long block, short[] quants, float scale, float[] target, int first) {
    float minima = Blocks.minimum(source, block);
    for (int part = 0; part < 8; part++) {
      float step = scale * Blocks.partScale(source, block, part);
      float minimum = minima * Blocks.partMinimum(source, block, part);
      for (int i = 32 * part; i < 32 * part + 32; i++) {
        target[first + i] = step * quants[i] - minimum;
      }
    }
  }
}
