package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What stands inside a block of a quantized {@link TensorType}: its small integers and scales, as
 * the block layouts of the ggml project order them. The one place that knows the bits; decoding,
 * products and repacking build on it.
 */
public final class Blocks {
  /** Elements of a block of the K types. */
  public static final int SUPER = 256;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private Blocks() {}

  /**
   * Reads the integers of one block, {@link TensorType#blockSize} of them, in order of the
   * elements: signed (−8…7, −16…15, −32…31, −128…127) for Q4_0, Q5_0, Q6_K and Q8_0, from 0 for the
   * types with a minimum.
   *
   * @param at byte offset of the block in {@code data}
   * @param out receives the integers from index {@code to}
   */
  public static void quants(TensorType type, MemorySegment data, long at, short[] out, int to) {
    switch (type) {
      case Q4_0 -> nibbles(data, at + 2, 8, out, to);
      case Q4_1 -> nibbles(data, at + 4, 0, out, to);
      case Q5_0 -> fives(data, at + 2, 16, out, to);
      case Q5_1 -> fives(data, at + 4, 0, out, to);
      case Q8_0 -> {
        for (int i = 0; i < 32; i++) out[to + i] = data.get(BYTE, at + 2 + i);
      }
      case Q4_K -> groups(data, at + 16, out, to);
      case Q5_K -> {
        groups(data, at + 48, out, to);
        fifthBits(data, at + 16, out, to);
      }
      case Q6_K -> sixes(data, at, out, to);
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " has no blocks");
    }
  }

  /* Byte j holds element j in its low nibble and element j + 16 in its high one. */
  private static void nibbles(MemorySegment data, long at, int zero, short[] out, int to) {
    for (int j = 0; j < 16; j++) {
      int pair = data.get(BYTE, at + j);
      out[to + j] = (short) ((pair & 15) - zero);
      out[to + 16 + j] = (short) ((pair >> 4 & 15) - zero);
    }
  }

  /* Bit j of the four bytes before the nibbles is the fifth bit of element j. */
  private static void fives(MemorySegment data, long at, int zero, short[] out, int to) {
    int bits = data.get(Little.INT, at);
    nibbles(data, at + 4, zero, out, to);
    for (int j = 0; j < 32; j++) out[to + j] += (short) ((bits >>> j & 1) << 4);
  }

  /* 32 bytes hold 64 elements: the first 32 in low nibbles, the others in high ones. */
  private static void groups(MemorySegment data, long at, short[] out, int to) {
    for (int group = 0; group < 4; group++) {
      int first = to + 64 * group;
      for (int j = 0; j < 32; j++) {
        int pair = data.get(BYTE, at + 32L * group + j);
        out[first + j] = (short) (pair & 15);
        out[first + 32 + j] = (short) (pair >> 4 & 15);
      }
    }
  }

  /* Bit p of byte j is the fifth bit of element j of part p. */
  private static void fifthBits(MemorySegment data, long at, short[] out, int to) {
    for (int j = 0; j < 32; j++) {
      int bits = data.get(BYTE, at + j);
      for (int part = 0; part < 8; part++) {
        out[to + 32 * part + j] += (short) ((bits >> part & 1) << 4);
      }
    }
  }

  /* Each half of 128 elements: 64 bytes of nibbles and 32 bytes of pairs of upper bits. */
  private static void sixes(MemorySegment data, long at, short[] out, int to) {
    for (int half = 0; half < 2; half++) {
      int first = to + 128 * half;
      for (int j = 0; j < 32; j++) {
        int a = data.get(BYTE, at + 64L * half + j);
        int b = data.get(BYTE, at + 64L * half + 32 + j);
        int upper = data.get(BYTE, at + 128 + 32L * half + j);
        out[first + j] = (short) (((a & 15) | (upper & 3) << 4) - 32);
        out[first + 32 + j] = (short) (((b & 15) | (upper >> 2 & 3) << 4) - 32);
        out[first + 64 + j] = (short) (((a >> 4 & 15) | (upper >> 4 & 3) << 4) - 32);
        out[first + 96 + j] = (short) (((b >> 4 & 15) | (upper >> 6 & 3) << 4) - 32);
      }
    }
  }

  /** The F16 scale d of a block. */
  public static float scale(TensorType type, MemorySegment data, long at) {
    return half(data, type == TensorType.Q6_K ? at + 208 : at);
  }

  /** The F16 minimum m of a block of Q4_1 or Q5_1, or the scale e of minima of Q4_K and Q5_K. */
  public static float minimum(MemorySegment data, long at) {
    return half(data, at + 2);
  }

  /** The 6-bit scale of part {@code part} of 8 in a block of Q4_K or Q5_K. */
  public static int partScale(MemorySegment data, long at, int part) {
    if (part < 4) return data.get(BYTE, at + 4 + part) & 63;
    int low = data.get(BYTE, at + 8 + part) & 15;
    return low | (data.get(BYTE, at + part) >> 6 & 3) << 4;
  }

  /** The 6-bit minimum of part {@code part} of 8 in a block of Q4_K or Q5_K. */
  public static int partMinimum(MemorySegment data, long at, int part) {
    if (part < 4) return data.get(BYTE, at + 8 + part) & 63;
    int low = data.get(BYTE, at + 8 + part) >> 4 & 15;
    return low | (data.get(BYTE, at + 4 + part) >> 6 & 3) << 4;
  }

  /** The signed scale of part {@code part} of 16 in a block of Q6_K. */
  public static int signedScale(MemorySegment data, long at, int part) {
    return data.get(BYTE, at + 192 + part);
  }

  private static float half(MemorySegment data, long at) {
    return Float.float16ToFloat(data.get(Little.SHORT, at));
  }
}
