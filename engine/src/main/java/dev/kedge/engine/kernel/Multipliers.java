package dev.kedge.engine.kernel;

import java.util.Set;

/**
 * The 8-bit activations in the forms that meet packed weights: where several weights share a lane,
 * what a shifted lane is multiplied with makes up for the weights below (see {@link NibbleSums}).
 * Derived from the quants alone, token by token, and only in the forms that are asked for.
 */
final class Multipliers {
  /** Multipliers of 8 columns of 6-bit weights, which fill three lanes. */
  static final int SIX_FACTORS = 10;

  /** Multipliers of 16 columns of 5-bit weights, which fill five lanes. */
  static final int FIVE_FACTORS = 20;

  private static final int BLOCK = Activations.BLOCK;
  private static final short[] NONE = {};

  /* Per column x₀, x₁ − 2⁴x₀, x₂ − 2⁴x₁, x₃ − 2⁴x₂; per block −8Σx; per block 2¹⁶·8Σx. */
  final short[] nibbles;
  final short[] nibbleStarts;
  final float[] nibbleSums;
  /* Twenty per 16 columns; per 16 columns −16Σx. */
  final short[] fives;
  final short[] fiveStarts;
  /* Ten per 8 columns; eight where they are two in a lane (see SixTiles); per 8 columns −32Σx
   * twice, plus 2¹⁵ in the lower half. */
  final short[] sixes;
  final short[] sixPairs;
  final int[] sixStarts;
  /* Per pair of columns x₀, x₁ − 2⁸x₀; and −128x₀ twice, plus 2¹⁵ in the lower half. */
  final short[] bytes;
  final int[] byteStarts;

  Multipliers(int blocks, Set<PackedLayout> layouts) {
    boolean n = layouts.contains(PackedLayout.NIBBLES);
    nibbles = n ? new short[blocks * BLOCK] : NONE;
    nibbleStarts = n ? new short[blocks] : NONE;
    nibbleSums = new float[n ? blocks : 0];
    boolean f = layouts.contains(PackedLayout.FIVES);
    fives = f ? new short[blocks * 2 * FIVE_FACTORS] : NONE;
    fiveStarts = f ? new short[blocks * 2] : NONE;
    boolean s = layouts.contains(PackedLayout.SIXES);
    sixes = s ? new short[blocks * 4 * SIX_FACTORS] : NONE;
    sixPairs = s ? new short[blocks * BLOCK] : NONE;
    sixStarts = new int[s ? blocks * 4 : 0];
    boolean b = layouts.contains(PackedLayout.BYTES);
    bytes = b ? new short[blocks * BLOCK] : NONE;
    byteStarts = new int[b ? blocks * BLOCK / 2 : 0];
  }

  /** Derives some of the forms that there is room for, of blocks {@code from} to {@code to} − 1. */
  void derive(Set<PackedLayout> layouts, short[] quants, int[] sums, int from, int to) {
    for (PackedLayout layout : layouts) {
      switch (layout) {
        case NIBBLES -> nibbles(quants, sums, from, to);
        case FIVES -> {
          for (int e = 2 * from; e < 2 * to; e++) five(quants, e);
        }
        case SIXES -> {
          for (int e = 4 * from; e < 4 * to; e++) six(quants, e);
        }
        case BYTES -> bytes(quants, from * BLOCK, to * BLOCK);
      }
    }
  }

  private void nibbles(short[] q, int[] sums, int from, int to) {
    Quantization.differences(q, nibbles, from * BLOCK, to * BLOCK);
    for (int b = from; b < to; b++) {
      nibbleStarts[b] = (short) (-8 * sums[b]);
      nibbleSums[b] = 0x1p16f * (8 * sums[b]);
    }
  }

  /* A lane's fourth multiplier is for a bit of the sixteenth column. */
  private void five(short[] q, int sixteenth) {
    int k = sixteenth * 16;
    int to = sixteenth * FIVE_FACTORS;
    int sum = q[k + 15];
    for (int i = 0; i < 5; i++, k += 3, to += 4) {
      sum += q[k] + q[k + 1] + q[k + 2];
      fives[to] = q[k];
      fives[to + 1] = (short) (q[k + 1] - 32 * q[k]);
      fives[to + 2] = (short) (q[k + 2] - 32 * q[k + 1]);
      fives[to + 3] = (short) ((q[sixteenth * 16 + 15] << i) - 32 * q[k + 2]);
    }
    fiveStarts[sixteenth] = (short) (-16 * sum);
  }

  /* The third lane holds q₆, q₇, the upper bits of q₂ and those of q₅. */
  private void six(short[] q, int eighth) {
    int k = eighth * 8;
    int to = eighth * SIX_FACTORS;
    int sum = 0;
    for (int i = 0; i < 8; i++) sum += q[k + i];
    sixStarts[eighth] = twice(-32 * sum);
    sixes[to] = q[k];
    sixes[to + 1] = (short) (q[k + 1] - 64 * q[k]);
    sixes[to + 2] = (short) (q[k + 2] - 64 * q[k + 1]);
    sixes[to + 3] = q[k + 3];
    sixes[to + 4] = (short) (q[k + 4] - 64 * q[k + 3]);
    sixes[to + 5] = (short) (q[k + 5] - 64 * q[k + 4]);
    sixes[to + 6] = q[k + 6];
    sixes[to + 7] = (short) (q[k + 7] - 64 * q[k + 6]);
    sixes[to + 8] = (short) (16 * q[k + 2] - 64 * q[k + 7]);
    sixes[to + 9] = (short) (16 * q[k + 5] - 64 * q[k + 2]);
    sixPairs[k] = q[k];
    sixPairs[k + 1] = sixes[to + 1];
    sixPairs[k + 2] = q[k + 3];
    sixPairs[k + 3] = sixes[to + 4];
    sixPairs[k + 4] = q[k + 6];
    sixPairs[k + 5] = sixes[to + 7];
    sixPairs[k + 6] = q[k + 2];
    sixPairs[k + 7] = (short) (q[k + 5] - 64 * q[k + 2]);
  }

  private void bytes(short[] q, int from, int to) {
    for (int k = from; k < to; k += 2) {
      bytes[k] = q[k];
      bytes[k + 1] = (short) (q[k + 1] - 256 * q[k]);
      byteStarts[k / 2] = twice(-128 * q[k]);
    }
  }

  /* For two lanes of 16 bits, of which the even one is kept 2¹⁵ too large, hence not negative. */
  private static int twice(int start) {
    return ((start + 0x8000) & 0xFFFF) | start << 16;
  }
}
