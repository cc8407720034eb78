package dev.kedge.engine.quantize;

import dev.kedge.engine.kernel.PartSearch;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Turns floats into stored elements of a {@link TensorType}. The types with blocks of 32 give the
 * bytes of llama.cpp's reference quantizer, K types have a search of our own. All arithmetic is in
 * float, one operation at a time, so bytes are the same on every machine. For one thread.
 */
public final class Quantizer {
  private static final int BLOCK = 32;
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final TensorType type;
  private final String tensor;
  private final BlockStore store;
  private final PartSearch search = PartSearch.BEST;

  /**
   * @param type the target
   * @param tensor the tensor's name, for error messages
   */
  public Quantizer(TensorType type, String tensor) {
    this.type = type;
    this.tensor = tensor;
    this.store =
        switch (type) {
          case Q4_K, Q5_K -> new MinimumParts(type)::store;
          case Q6_K -> new SignedParts()::store;
          case Q4_0, Q8_0 -> new WholeBlocks(type)::store;
          case F32, F16, BF16, Q4_1, Q5_0, Q5_1 -> (source, from, blocks, out, at) -> -1;
        };
  }

  /**
   * Stores {@code count} consecutive elements.
   *
   * @param source the elements, from index {@code from}
   * @param count a multiple of the type's block size
   * @param target receives the blocks from byte offset {@code at}
   * @param element the first element's index in the tensor, for error messages
   * @throws FormatException where an element is not finite, or too large for the type
   */
  public void quantize(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    if (count % type.blockSize() != 0) {
      throw new IllegalArgumentException(count + " elements do not fill blocks of " + type);
    }
    Objects.checkFromIndexSize(from, count, source.length);
    Objects.checkFromIndexSize(at, type.bytes(count), target.byteSize());
    requireFinite(source, from, count, element);
    switch (type) {
      case F32 -> MemorySegment.copy(source, from, target, F32, at, count);
      case F16 -> halves(source, from, count, target, at, element);
      case BF16 -> brainHalves(source, from, count, target, at, element);
      case Q4_0, Q8_0 -> together(source, from, count, target, at, element, WholeBlocks.blocks());
      case Q5_0 -> fives(source, from, count, target, at, element);
      case Q4_1, Q5_1 -> withMinimum(source, from, count, target, at, element);
      case Q4_K, Q5_K -> together(source, from, count, target, at, element, MinimumParts.blocks());
      case Q6_K -> together(source, from, count, target, at, element, SignedParts.blocks());
    }
  }

  private void requireFinite(float[] source, int from, int count, long element) {
    if (search.finite(source, from, count)) return;
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(source[from + i])) throw refused(source[from + i], element + i);
    }
  }

  private void halves(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    for (int i = 0; i < count; i++) {
      short half = Float.floatToFloat16(source[from + i]);
      if ((half & 0x7C00) == 0x7C00) throw refused(source[from + i], element + i);
      target.set(U16, at + 2L * i, half);
    }
  }

  /* The upper half of the float's bits, rounded to nearest, ties to even. */
  private void brainHalves(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits(source[from + i]);
      int upper = (bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16;
      if ((upper & 0x7F80) == 0x7F80) throw refused(source[from + i], element + i);
      target.set(U16, at + 2L * i, (short) upper);
    }
  }

  /* The signed element of largest magnitude; the first of several. */
  private static float extreme(float[] source, int first) {
    float extreme = 0;
    float magnitude = 0;
    for (int j = 0; j < BLOCK; j++) {
      float value = source[first + j];
      if (magnitude < Math.abs(value)) {
        magnitude = Math.abs(value);
        extreme = value;
      }
    }
    return extreme;
  }

  private void fives(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    int[] q = new int[BLOCK];
    for (int block = 0; block < count / BLOCK; block++) {
      int first = from + BLOCK * block;
      float extreme = extreme(source, first);
      long bytes = at + (long) type.blockBytes() * block;
      float scale = extreme / -16;
      putHalf(target, bytes, scale, extreme, element + first - from);
      float inverse = scale == 0 ? 0 : 1 / scale;
      for (int j = 0; j < BLOCK; j++) {
        q[j] = Math.clamp((int) (source[first + j] * inverse + 16.5f), 0, 31);
      }
      putNibblesAndBits(q, target, bytes + 2);
    }
  }

  private void withMinimum(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    int top = type == TensorType.Q4_1 ? 15 : 31;
    int[] q = new int[BLOCK];
    for (int block = 0; block < count / BLOCK; block++) {
      int first = from + BLOCK * block;
      float least = Float.MAX_VALUE;
      float most = -Float.MAX_VALUE;
      for (int j = first; j < first + BLOCK; j++) {
        if (source[j] < least) least = source[j];
        if (source[j] > most) most = source[j];
      }
      long bytes = at + (long) type.blockBytes() * block;
      float scale = (most - least) / top;
      putHalf(target, bytes, scale, most, element + first - from);
      putHalf(target, bytes + 2, least, least, element + first - from);
      float inverse = scale == 0 ? 0 : 1 / scale;
      for (int j = 0; j < BLOCK; j++) {
        q[j] = Math.clamp((int) ((source[first + j] - least) * inverse + 0.5f), 0, top);
      }
      if (top == 15) putNibbles(q, target, bytes + 4);
      else putNibblesAndBits(q, target, bytes + 4);
    }
  }

  private void putHalf(MemorySegment target, long at, float value, float culprit, long element) {
    short half = Float.floatToFloat16(value);
    if ((half & 0x7C00) == 0x7C00) throw refused(culprit, element);
    target.set(U16, at, half);
  }

  private static void putNibblesAndBits(int[] q, MemorySegment target, long at) {
    int bits = 0;
    for (int j = 0; j < BLOCK; j++) bits |= (q[j] >> 4) << j;
    target.set(U32, at, bits);
    putNibbles(q, target, at + 4);
  }

  private static void putNibbles(int[] q, MemorySegment target, long at) {
    for (int j = 0; j < BLOCK / 2; j++) {
      int pair = (q[j] & 15) | (q[j + BLOCK / 2] & 15) << 4;
      target.set(ValueLayout.JAVA_BYTE, at + j, (byte) pair);
    }
  }

  /** Stores some blocks; gives the first that is too large for the type, or -1. */
  private interface BlockStore {
    int store(float[] source, int from, int blocks, MemorySegment target, long at);
  }

  private void together(
      float[] source, int from, int count, MemorySegment target, long at, long element, int most) {
    int size = type.blockSize();
    int blocks = count / size;
    for (int block = 0; block < blocks; block += most) {
      int first = from + block * size;
      int some = Math.min(most, blocks - block);
      int bad = store.store(source, first, some, target, at + (long) block * type.blockBytes());
      if (bad < 0) continue;
      int start = first + bad * size;
      int worst = start;
      for (int i = start; i < start + size; i++) {
        if (Math.abs(source[i]) > Math.abs(source[worst])) worst = i;
      }
      throw refused(source[worst], element + worst - from);
    }
  }

  private FormatException refused(float value, long element) {
    String reason =
        Float.isFinite(value)
            ? "element " + element + " or its block holds " + value + ", too large for " + type
            : "element " + element + " is " + value + "; only finite weights can be stored";
    return new FormatException(-1, "tensor '" + tensor + "': " + reason);
  }
}
