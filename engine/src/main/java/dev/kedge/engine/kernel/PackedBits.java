package dev.kedge.engine.kernel;

import dev.kedge.engine.weights.Blocks;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Brings the integers of packed types from their blocks into lanes of {@link PackedLayout} four or
 * eight at a time, without taking them apart: a few shifts and masks on words. A test compares with
 * the integers one by one.
 */
final class PackedBits {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LANE =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long LOW_NIBBLES = 15 * ONES;
  private static final long FIVE_BITS = 31 * ONES;

  /** From one vector of a row's lane to the next. */
  private static final int STEP = 64;

  private PackedBits() {}

  /**
   * Copies the integers of some whole blocks of one row.
   *
   * @param from first byte of the first block
   * @param count of columns
   * @param panel receives a lane every 64 bytes from {@code at} on
   * @throws IllegalArgumentException for a type that is not packed
   */
  static void copy(
      TensorType type, MemorySegment data, long from, int count, byte[] panel, int at) {
    int to = at;
    int size = type.blockBytes();
    int blocks = count / type.blockSize();
    switch (type) {
      case Q4_0 -> {
        for (int b = 0; b < blocks; b++, to += 8 * STEP) {
          nibbles(data, from + 2 + (long) b * size, 16, panel, to);
        }
      }
      case Q4_1 -> {
        for (int b = 0; b < blocks; b++, to += 8 * STEP) {
          nibbles(data, from + 4 + (long) b * size, 16, panel, to);
        }
      }
      case Q4_K -> {
        for (int b = 0; b < blocks; b++) {
          for (int group = 0; group < 4; group++, to += 16 * STEP) {
            nibbles(data, from + 16 + 32L * group + (long) b * size, 32, panel, to);
          }
        }
      }
      case Q8_0 -> {
        for (int b = 0; b < blocks; b++, to += 16 * STEP) {
          bytes(data, from + 2 + (long) b * size, panel, to);
        }
      }
      case Q6_K -> {
        for (int b = 0; b < blocks; b++, to += Blocks.SUPER / 8 * 3 * STEP) {
          sixes(data, from + (long) b * size, panel, to);
        }
      }
      case Q5_0, Q5_1 -> {
        for (int b = 0; b < blocks; b++, to += 10 * STEP) {
          fives(data, from + (type == TensorType.Q5_0 ? 2 : 4) + (long) b * size, panel, to);
        }
      }
      case Q5_K -> {
        for (int b = 0; b < blocks; b++, to += 80 * STEP) {
          fifthBits(data, from + 16 + (long) b * size, panel, to);
        }
      }
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " is not packed");
    }
  }

  /* So many bytes: their low nibbles are the first columns, their high ones follow. */
  private static void nibbles(MemorySegment data, long from, int bytes, byte[] panel, int to) {
    int high = to + bytes / 4 * STEP;
    for (int j = 0; j < bytes; j += 4) {
      int four = data.get(INT, from + j);
      int step = j / 4 * STEP;
      LANE.set(panel, to + step, (short) gather(four & 0x0F0F0F0F));
      LANE.set(panel, high + step, (short) gather(four >>> 4 & 0x0F0F0F0F));
    }
  }

  /* The low nibbles of four bytes, side by side. */
  private static int gather(int nibbles) {
    int pairs = nibbles | nibbles >>> 4;
    return (pairs & 0xFF) | (pairs >>> 8 & 0xFF00);
  }

  /* Four bytes of fifth bits, then nibbles. */
  private static void fives(MemorySegment data, long from, byte[] panel, int to) {
    long bits = data.get(INT, from);
    for (int half = 0; half < 2; half++) {
      long low = data.get(LONG, from + 4) >>> (4 * half) & LOW_NIBBLES;
      long high = data.get(LONG, from + 12) >>> (4 * half) & LOW_NIBBLES;
      low |= Long.expand(bits >>> (16 * half) & 0xFF, ONES) << 4;
      high |= Long.expand(bits >>> (16 * half + 8) & 0xFF, ONES) << 4;
      sixteen(low, high, panel, to + half * 5 * STEP);
    }
  }

  /* 32 bytes with the fifth bits of the eight parts, then nibbles: two parts in 32 bytes. */
  private static void fifthBits(MemorySegment data, long from, byte[] panel, int to) {
    int at = to;
    for (int part = 0; part < 8; part++) {
      long nibbles = from + 32 + 32L * (part / 2);
      int shift = part % 2 * 4;
      for (int j = 0; j < 32; j += 16, at += 5 * STEP) {
        long low = data.get(LONG, nibbles + j) >>> shift & LOW_NIBBLES;
        long high = data.get(LONG, nibbles + j + 8) >>> shift & LOW_NIBBLES;
        low |= (data.get(LONG, from + j) >>> part & ONES) << 4;
        high |= (data.get(LONG, from + j + 8) >>> part & ONES) << 4;
        sixteen(low, high, panel, at);
      }
    }
  }

  /* Sixteen bytes to five lanes of three, with a bit of the last above each. */
  private static void sixteen(long low, long high, byte[] panel, int at) {
    long a = Long.compress(low, FIVE_BITS);
    long b = Long.compress(high, FIVE_BITS);
    int last = (int) (b >>> 35);
    LANE.set(panel, at, (short) ((a & 0x7FFF) | last << 15));
    LANE.set(panel, at + STEP, (short) ((a >>> 15 & 0x7FFF) | last >> 1 << 15));
    LANE.set(panel, at + 2 * STEP, (short) (a >>> 30 | (b & 31) << 10 | last >> 2 << 15));
    LANE.set(panel, at + 3 * STEP, (short) ((b >>> 5 & 0x7FFF) | last >> 3 << 15));
    LANE.set(panel, at + 4 * STEP, (short) ((b >>> 20 & 0x7FFF) | last >> 4 << 15));
  }

  /* Two columns a lane; the first is kept plus 128. */
  private static void bytes(MemorySegment data, long from, byte[] panel, int to) {
    for (int j = 0; j < 32; j += 8) {
      long eight = data.get(LONG, from + j) ^ 0x0080_0080_0080_0080L;
      int step = to + j / 2 * STEP;
      LANE.set(panel, step, (short) eight);
      LANE.set(panel, step + STEP, (short) (eight >>> 16));
      LANE.set(panel, step + 2 * STEP, (short) (eight >>> 32));
      LANE.set(panel, step + 3 * STEP, (short) (eight >>> 48));
    }
  }

  /* A quarter of a half has its four low bits in a nibble of 32 bytes, its two high ones in pairs
   * of bits of 32 others. */
  private static void sixes(MemorySegment data, long from, byte[] panel, int to) {
    int at = to;
    for (int part = 0; part < 8; part++) {
      int half = part / 4;
      int quarter = part % 4;
      long low = from + 64L * half + 32L * (quarter % 2);
      long high = from + 128 + 32L * half;
      int shift = quarter / 2 * 4;
      for (int j = 0; j < 32; j += 8, at += 3 * STEP) {
        long nibbles = data.get(LONG, low + j) >>> shift & 0x0F0F0F0F0F0F0F0FL;
        long pairs = data.get(LONG, high + j) >>> (2 * quarter) & 0x0303030303030303L;
        eight(nibbles | (pairs << 4), panel, at);
      }
    }
  }

  private static void eight(long q, byte[] panel, int at) {
    int low = (int) q;
    int high = (int) (q >>> 32);
    int q2 = low >>> 16 & 63;
    int q5 = high >>> 8 & 63;
    LANE.set(panel, at, (short) ((low & 63) | (low >>> 8 & 63) << 6 | (q2 & 15) << 12));
    LANE.set(panel, at + STEP, (short) (low >>> 24 | (high & 63) << 6 | (q5 & 15) << 12));
    LANE.set(
        panel,
        at + 2 * STEP,
        (short) ((high >>> 16 & 63) | (high >>> 24) << 6 | q2 >> 4 << 12 | q5 >> 4 << 14));
  }
}
