package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static dev.kedge.engine.kernel.PackedLayout.BLOCK;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;

import dev.kedge.engine.weights.TensorType;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exact integer sums of a span of a panel for one token or four, in order of rows, whatever the
 * packing. Scratch memory of one thread.
 */
final class SpanSums {
  private static final int SUMS = PackedLayout.SPAN_BLOCKS * PANEL;

  /** From one token's sums to the next's. */
  static final int LANES = 4 * SUMS;

  static final int INTS = SUMS;

  /**
   * Per token [block][lane] for Q4_0 and Q4_K, [8 columns][lane] for Q6_K, in order of the packed
   * lanes, which {@link SpanScales} widens itself.
   */
  final short[] lanes = new short[4 * LANES];

  /** Per token [block][row] for the other types. */
  final int[] ints = new int[4 * INTS];

  /**
   * Sums of {@code tokens}, 1 or 4.
   *
   * @param span where the packed integers of the panel's first group begin
   * @param apart from one group's to the next's
   * @param count of blocks in the span
   * @param x activations; the span's first block of the first token is {@code block}
   * @param blocks from one token to the next
   */
  void compute(
      TensorType type,
      int tokens,
      long span,
      long apart,
      int count,
      Multipliers x,
      int block,
      int blocks) {
    int at = block * BLOCK;
    switch (PackedLayout.of(type)) {
      case NIBBLES -> nibbles(tokens, span, apart, count, x, block, blocks);
      case FIVES -> {
        if (tokens == 1) FiveSums.one(span, apart, count, x, block, lanes);
        else FiveSums.four(span, apart, count, x, block, blocks, lanes);
      }
      case SIXES -> {
        if (tokens > 1) throw new IllegalArgumentException("sixes of several tokens make tiles");
        int factors = block * 4 * Multipliers.SIX_FACTORS;
        SixSums.one(span, apart, count, x.sixes, factors, x.sixStarts, 4 * block, lanes);
      }
      case BYTES -> {
        if (tokens == 1) ByteSums.one(span, apart, count, x.bytes, at, x.byteStarts, ints);
        else ByteSums.four(span, apart, count, x.bytes, at, blocks * BLOCK, x.byteStarts, ints);
      }
    }
    switch (type) {
      case Q4_1 -> widen(tokens, 1, count);
      case Q5_0, Q5_1, Q5_K -> widen(tokens, 2, count);
      case F32, F16, BF16, Q4_0, Q4_K, Q6_K, Q8_0 -> {}
    }
  }

  private void nibbles(
      int tokens, long span, long apart, int count, Multipliers x, int block, int blocks) {
    short[] y = x.nibbles;
    int at = block * BLOCK;
    if (tokens == 1) NibbleSums.one(span, apart, count, y, at, x.nibbleStarts, block, lanes);
    else NibbleSums.four(span, apart, count, y, at, blocks * BLOCK, x.nibbleStarts, block, lanes);
  }

  private void widen(int tokens, int parts, int count) {
    for (int t = 0; t < tokens; t++) widen(lanes, t * LANES, parts, count, ints, t * INTS);
  }

  /* From 16-bit lanes in the order of packed weights to ints in order of rows; so many parts that
   * follow parts other make one sum. */
  private static void widen(short[] sums, int from, int parts, int count, int[] out, int to) {
    int lanes = SHORTS.length();
    for (int i = 0; i < count; i++) {
      for (int vector = 0; vector < 4 * Lanes.PARTS; vector++) {
        int at = from + i * parts * PANEL + vector * lanes;
        IntVector both = ShortVector.fromArray(SHORTS, sums, at).reinterpretAsInts();
        IntVector low = both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
        IntVector high = both.lanewise(VectorOperators.ASHR, 16);
        for (int part = 1; part < parts; part++) {
          at += PANEL;
          both = ShortVector.fromArray(SHORTS, sums, at).reinterpretAsInts();
          low = low.add(both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
          high = high.add(both.lanewise(VectorOperators.ASHR, 16));
        }
        int row = to + i * PANEL + Lanes.row(vector);
        low.intoArray(out, row);
        high.intoArray(out, row + PackedLayout.GROUP / 2);
      }
    }
  }
}
