package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static dev.kedge.engine.kernel.PackedLayout.GROUP;
import static dev.kedge.engine.kernel.PackedLayout.GROUPS;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;

import dev.kedge.engine.weights.TensorType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The scales of a span of a panel as floats, in order of rows, and what they make of the integer
 * sums: the floating-point half of {@link ScalarProducts}, row after row in lanes. Decoded once per
 * span and used for every token. Scratch memory of one thread.
 */
final class SpanScales {
  private static final int WIDTH = INTS.length();
  private static final int VECTOR = GROUPS * 64;
  private static final int HALF = GROUP / 2;

  /* [block][row]; for Q6_K [half block][row]. */
  private final float[] scales = new float[2 * SPAN_BLOCKS * PANEL];
  private final float[] minima = new float[SPAN_BLOCKS * PANEL];
  /* The K types' scale of scales and scale of minima: [row]. */
  private final float[] outer = new float[PANEL];
  private final float[] outerMinima = new float[PANEL];

  /** Reads the scales of a span of so many blocks. */
  void decode(TensorType type, long address, int blocks) {
    switch (type) {
      case Q4_0, Q5_0, Q8_0 -> halves(address, blocks, scales);
      case Q4_1, Q5_1 -> {
        halves(address, blocks, scales);
        halves(address + (long) blocks * VECTOR, blocks, minima);
      }
      case Q4_K, Q5_K -> {
        bytes(address, blocks);
        halves(address + (long) blocks * VECTOR, 1, outer);
        halves(address + (long) (blocks + 1) * VECTOR, 1, outerMinima);
      }
      case Q6_K -> {
        signedBytes(address, blocks);
        halves(address + (long) blocks * VECTOR, 1, outer);
      }
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " has no scales");
    }
  }

  private static void halves(long address, int blocks, float[] out) {
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      Lanes.lowHalves(v).intoArray(out, Lanes.row(vector));
      Lanes.highHalves(v).intoArray(out, Lanes.row(vector) + HALF);
    }
  }

  /* Per int lane: scales of the two rows, minima of the two rows. */
  private void bytes(long address, int blocks) {
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      int row = Lanes.row(vector);
      floats(v.and(255)).intoArray(scales, row);
      floats(v.lanewise(VectorOperators.LSHR, 8).and(255)).intoArray(scales, row + HALF);
      floats(v.lanewise(VectorOperators.LSHR, 16).and(255)).intoArray(minima, row);
      floats(v.lanewise(VectorOperators.LSHR, 24)).intoArray(minima, row + HALF);
    }
  }

  /* Per int lane: the first half's scales of the two rows, the second half's. */
  private void signedBytes(long address, int blocks) {
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      int block = vector / (GROUPS * Lanes.PARTS);
      int row = block * PANEL + Lanes.row(vector);
      floats(v.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24))
          .intoArray(scales, row);
      floats(v.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24))
          .intoArray(scales, row + HALF);
      floats(v.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24))
          .intoArray(scales, row + PANEL);
      floats(v.lanewise(VectorOperators.ASHR, 24)).intoArray(scales, row + PANEL + HALF);
    }
  }

  private static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }

  /**
   * Adds a span's blocks, in order, to one token's results.
   *
   * @param sums of the span; the token's are the {@code slot}-th
   * @param x the token's activations; the span's first block is {@code block}
   * @param out [row] of the panel, from {@code to} on
   */
  void add(
      TensorType type,
      int blocks,
      SpanSums sums,
      int slot,
      Activations x,
      int block,
      float[] out,
      int to) {
    switch (type) {
      case Q4_0 -> nibbles(blocks, sums.lanes, slot * SpanSums.LANES, x.scales, block, out, to);
      case Q5_0, Q8_0 ->
          symmetric(blocks, sums.ints, slot * SpanSums.INTS, x.scales, block, out, to);
      case Q4_1 -> withMinimum(blocks, sums.ints, slot * SpanSums.INTS, x, 8, block, out, to);
      case Q5_1 -> withMinimum(blocks, sums.ints, slot * SpanSums.INTS, x, 16, block, out, to);
      case Q4_K -> nibbleParts(sums.lanes, slot * SpanSums.LANES, x, block, out, to);
      case Q5_K -> eightParts(sums.ints, slot * SpanSums.INTS, x, block, out, to);
      case Q6_K -> sixteenParts(sums.lanes, slot * SpanSums.LANES, x.scales, block, out, to);
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " has no scales");
    }
  }

  /* Q4_0: sums still in 16-bit lanes. */
  private void nibbles(
      int blocks, short[] sums, int from, float[] x, int block, float[] out, int to) {
    for (int vector = 0; vector < GROUPS * Lanes.PARTS; vector++) {
      int row = Lanes.row(vector);
      FloatVector low = FloatVector.fromArray(FLOATS, out, to + row);
      FloatVector high = FloatVector.fromArray(FLOATS, out, to + row + HALF);
      for (int b = 0; b < blocks; b++) {
        int at = b * PANEL + row;
        IntVector sum =
            ShortVector.fromArray(SHORTS, sums, from + b * PANEL + vector * 2 * WIDTH)
                .reinterpretAsInts();
        FloatVector scale = FloatVector.broadcast(FLOATS, x[block + b]);
        low =
            floats(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16))
                .mul(FloatVector.fromArray(FLOATS, scales, at))
                .fma(scale, low);
        high =
            floats(sum.lanewise(VectorOperators.ASHR, 16))
                .mul(FloatVector.fromArray(FLOATS, scales, at + HALF))
                .fma(scale, high);
      }
      low.intoArray(out, to + row);
      high.intoArray(out, to + row + HALF);
    }
  }

  private void symmetric(
      int blocks, int[] sums, int from, float[] x, int block, float[] out, int to) {
    for (int row = 0; row < PANEL; row += WIDTH) {
      FloatVector a = FloatVector.fromArray(FLOATS, out, to + row);
      for (int b = 0; b < blocks; b++) {
        int at = b * PANEL + row;
        FloatVector scale = FloatVector.broadcast(FLOATS, x[block + b]);
        a =
            floats(IntVector.fromArray(INTS, sums, from + at))
                .mul(FloatVector.fromArray(FLOATS, scales, at))
                .fma(scale, a);
      }
      a.intoArray(out, to + row);
    }
  }

  private void withMinimum(
      int blocks, int[] sums, int from, Activations x, int zero, int block, float[] out, int to) {
    for (int row = 0; row < PANEL; row += WIDTH) {
      FloatVector a = FloatVector.fromArray(FLOATS, out, to + row);
      for (int b = 0; b < blocks; b++) {
        int at = b * PANEL + row;
        int all = x.sums[block + b];
        FloatVector sum = floats(IntVector.fromArray(INTS, sums, from + at).add(zero * all));
        FloatVector least = FloatVector.fromArray(FLOATS, minima, at).mul(all);
        FloatVector both = FloatVector.fromArray(FLOATS, scales, at).fma(sum, least);
        a = both.fma(FloatVector.broadcast(FLOATS, x.scales[block + b]), a);
      }
      a.intoArray(out, to + row);
    }
  }

  /* Q4_K: sums still in 16-bit lanes. */
  private void nibbleParts(short[] sums, int from, Activations x, int block, float[] out, int to) {
    for (int vector = 0; vector < GROUPS * Lanes.PARTS; vector++) {
      int row = Lanes.row(vector);
      FloatVector low = FloatVector.zero(FLOATS);
      FloatVector high = low;
      FloatVector lowLeast = low;
      FloatVector highLeast = low;
      for (int b = 0; b < SPAN_BLOCKS; b++) {
        int at = b * PANEL + row;
        IntVector sum =
            ShortVector.fromArray(SHORTS, sums, from + b * PANEL + vector * 2 * WIDTH)
                .reinterpretAsInts();
        IntVector all = IntVector.broadcast(INTS, 8 * x.sums[block + b]);
        FloatVector scale = FloatVector.broadcast(FLOATS, x.scales[block + b]);
        FloatVector minus = FloatVector.broadcast(FLOATS, x.minus[block + b]);
        IntVector even =
            sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16).add(all);
        low = floats(even).mul(FloatVector.fromArray(FLOATS, scales, at)).fma(scale, low);
        lowLeast = FloatVector.fromArray(FLOATS, minima, at).fma(minus, lowLeast);
        IntVector odd = sum.lanewise(VectorOperators.ASHR, 16).add(all);
        high = floats(odd).mul(FloatVector.fromArray(FLOATS, scales, at + HALF)).fma(scale, high);
        highLeast = FloatVector.fromArray(FLOATS, minima, at + HALF).fma(minus, highLeast);
      }
      addParts(low, lowLeast, row, out, to + row);
      addParts(high, highLeast, row + HALF, out, to + row + HALF);
    }
  }

  private void eightParts(int[] sums, int from, Activations x, int block, float[] out, int to) {
    for (int row = 0; row < PANEL; row += WIDTH) {
      FloatVector scaled = FloatVector.zero(FLOATS);
      FloatVector least = scaled;
      for (int b = 0; b < SPAN_BLOCKS; b++) {
        int at = b * PANEL + row;
        IntVector sum = IntVector.fromArray(INTS, sums, from + at).add(16 * x.sums[block + b]);
        FloatVector scale = FloatVector.broadcast(FLOATS, x.scales[block + b]);
        FloatVector minus = FloatVector.broadcast(FLOATS, x.minus[block + b]);
        scaled = floats(sum).mul(FloatVector.fromArray(FLOATS, scales, at)).fma(scale, scaled);
        least = FloatVector.fromArray(FLOATS, minima, at).fma(minus, least);
      }
      addParts(scaled, least, row, out, to + row);
    }
  }

  private void addParts(FloatVector scaled, FloatVector least, int row, float[] out, int to) {
    FloatVector a = FloatVector.fromArray(FLOATS, out, to);
    a = FloatVector.fromArray(FLOATS, outerMinima, row).fma(least, a);
    FloatVector.fromArray(FLOATS, outer, row).fma(scaled, a).intoArray(out, to);
  }

  /* Q6_K: sums of 8 columns, still in 16-bit lanes; two of them share a scale. */
  private void sixteenParts(short[] sums, int from, float[] x, int block, float[] out, int to) {
    for (int vector = 0; vector < GROUPS * Lanes.PARTS; vector++) {
      int row = Lanes.row(vector);
      FloatVector low = FloatVector.zero(FLOATS);
      FloatVector high = low;
      for (int b = 0; b < SPAN_BLOCKS; b++) {
        int lane = from + b * 4 * PANEL + vector * 2 * WIDTH;
        IntVector p = ShortVector.fromArray(SHORTS, sums, lane).reinterpretAsInts();
        IntVector q = ShortVector.fromArray(SHORTS, sums, lane + PANEL).reinterpretAsInts();
        IntVector even = p.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
        even = even.add(q.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
        IntVector odd =
            p.lanewise(VectorOperators.ASHR, 16).add(q.lanewise(VectorOperators.ASHR, 16));
        int at = 2 * b * PANEL + row;
        FloatVector l = floats(even).mul(FloatVector.fromArray(FLOATS, scales, at));
        FloatVector h = floats(odd).mul(FloatVector.fromArray(FLOATS, scales, at + HALF));
        p = ShortVector.fromArray(SHORTS, sums, lane + 2 * PANEL).reinterpretAsInts();
        q = ShortVector.fromArray(SHORTS, sums, lane + 3 * PANEL).reinterpretAsInts();
        even = p.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
        even = even.add(q.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
        odd = p.lanewise(VectorOperators.ASHR, 16).add(q.lanewise(VectorOperators.ASHR, 16));
        at += PANEL;
        l = floats(even).fma(FloatVector.fromArray(FLOATS, scales, at), l);
        h = floats(odd).fma(FloatVector.fromArray(FLOATS, scales, at + HALF), h);
        FloatVector scale = FloatVector.broadcast(FLOATS, x[block + b]);
        low = l.fma(scale, low);
        high = h.fma(scale, high);
      }
      FloatVector a = FloatVector.fromArray(FLOATS, out, to + row);
      FloatVector.fromArray(FLOATS, outer, row).fma(low, a).intoArray(out, to + row);
      a = FloatVector.fromArray(FLOATS, out, to + row + HALF);
      FloatVector.fromArray(FLOATS, outer, row + HALF).fma(high, a).intoArray(out, to + row + HALF);
    }
  }
}
