package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.PackedLayout.GROUP;
import static dev.kedge.engine.kernel.PackedLayout.GROUPS;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;

import dev.kedge.engine.weights.TensorType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The scales of a span of a panel as floats, in order of rows, and what they make of the integer
 * sums: the floating-point half of {@link ScalarProducts}, row after row in lanes. Decoded once per
 * span and used for every token. Scratch memory of one thread.
 */
final class SpanScales {
  private static final int WIDTH = INTS.length();
  private static final int VECTOR = GROUPS * 64;

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
      Lanes.highHalves(v).intoArray(out, Lanes.row(vector) + GROUP / 2);
    }
  }

  /* Per int lane: scales of the two rows, minima of the two rows. */
  private void bytes(long address, int blocks) {
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      int row = Lanes.row(vector);
      floats(v.and(255)).intoArray(scales, row);
      floats(v.lanewise(VectorOperators.LSHR, 8).and(255)).intoArray(scales, row + GROUP / 2);
      floats(v.lanewise(VectorOperators.LSHR, 16).and(255)).intoArray(minima, row);
      floats(v.lanewise(VectorOperators.LSHR, 24)).intoArray(minima, row + GROUP / 2);
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
          .intoArray(scales, row + GROUP / 2);
      floats(v.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24))
          .intoArray(scales, row + PANEL);
      floats(v.lanewise(VectorOperators.ASHR, 24)).intoArray(scales, row + PANEL + GROUP / 2);
    }
  }

  private static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }

  /**
   * Adds a span's blocks, in order, to one token's results.
   *
   * @param sums of the token's span, from {@code from} on: [block][row], for sixes [half][row]
   * @param x the token's activations; the span's first block is {@code block}
   * @param out [row] of the panel, from {@code to} on
   */
  void add(
      TensorType type,
      int blocks,
      int[] sums,
      int from,
      Activations x,
      int block,
      float[] out,
      int to) {
    switch (type) {
      case Q4_0, Q8_0 -> symmetric(blocks, sums, from, x.scales, block, out, to);
      case Q5_0 -> {
        joinHalves(blocks, sums, from);
        symmetric(blocks, sums, from, x.scales, block, out, to);
      }
      case Q4_1 -> withMinimum(blocks, sums, from, x, 8, block, out, to);
      case Q5_1 -> {
        joinHalves(blocks, sums, from);
        withMinimum(blocks, sums, from, x, 16, block, out, to);
      }
      case Q4_K -> eightParts(sums, from, x, 8, block, out, to);
      case Q5_K -> {
        joinHalves(blocks, sums, from);
        eightParts(sums, from, x, 16, block, out, to);
      }
      case Q6_K -> sixteenParts(sums, from, x.scales, block, out, to);
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " has no scales");
    }
  }

  private static void joinHalves(int blocks, int[] sums, int from) {
    for (int b = 0; b < blocks; b++) {
      int to = from + b * PANEL;
      int half = from + 2 * b * PANEL;
      for (int row = 0; row < PANEL; row += WIDTH) {
        IntVector.fromArray(INTS, sums, half + row)
            .add(IntVector.fromArray(INTS, sums, half + PANEL + row))
            .intoArray(sums, to + row);
      }
    }
  }

  private void symmetric(
      int blocks, int[] sums, int from, float[] x, int block, float[] out, int to) {
    for (int row = 0; row < PANEL; row += 2 * WIDTH) {
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, out, to + row);
      FloatVector c = FloatVector.fromArray(Lanes.FLOATS, out, to + row + WIDTH);
      for (int b = 0; b < blocks; b++) {
        int at = b * PANEL + row;
        FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, x[block + b]);
        a =
            floats(IntVector.fromArray(INTS, sums, from + at))
                .mul(FloatVector.fromArray(Lanes.FLOATS, scales, at))
                .fma(scale, a);
        c =
            floats(IntVector.fromArray(INTS, sums, from + at + WIDTH))
                .mul(FloatVector.fromArray(Lanes.FLOATS, scales, at + WIDTH))
                .fma(scale, c);
      }
      a.intoArray(out, to + row);
      c.intoArray(out, to + row + WIDTH);
    }
  }

  private void withMinimum(
      int blocks, int[] sums, int from, Activations x, int zero, int block, float[] out, int to) {
    for (int row = 0; row < PANEL; row += WIDTH) {
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, out, to + row);
      for (int b = 0; b < blocks; b++) {
        int at = b * PANEL + row;
        int all = x.sums[block + b];
        FloatVector sum = floats(IntVector.fromArray(INTS, sums, from + at).add(zero * all));
        FloatVector least = FloatVector.fromArray(Lanes.FLOATS, minima, at).mul(all);
        FloatVector both = FloatVector.fromArray(Lanes.FLOATS, scales, at).fma(sum, least);
        a = both.fma(FloatVector.broadcast(Lanes.FLOATS, x.scales[block + b]), a);
      }
      a.intoArray(out, to + row);
    }
  }

  private void eightParts(
      int[] sums, int from, Activations x, int zero, int block, float[] out, int to) {
    for (int row = 0; row < PANEL; row += WIDTH) {
      FloatVector scaled = FloatVector.zero(Lanes.FLOATS);
      FloatVector least = scaled;
      for (int b = 0; b < SPAN_BLOCKS; b++) {
        int at = b * PANEL + row;
        IntVector sum = IntVector.fromArray(INTS, sums, from + at).add(zero * x.sums[block + b]);
        FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, x.scales[block + b]);
        FloatVector minus = FloatVector.broadcast(Lanes.FLOATS, x.minus[block + b]);
        scaled =
            floats(sum).mul(FloatVector.fromArray(Lanes.FLOATS, scales, at)).fma(scale, scaled);
        least = FloatVector.fromArray(Lanes.FLOATS, minima, at).fma(minus, least);
      }
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, out, to + row);
      a = FloatVector.fromArray(Lanes.FLOATS, outerMinima, row).fma(least, a);
      FloatVector.fromArray(Lanes.FLOATS, outer, row).fma(scaled, a).intoArray(out, to + row);
    }
  }

  private void sixteenParts(int[] sums, int from, float[] x, int block, float[] out, int to) {
    for (int row = 0; row < PANEL; row += WIDTH) {
      FloatVector scaled = FloatVector.zero(Lanes.FLOATS);
      for (int b = 0; b < SPAN_BLOCKS; b++) {
        int at = 2 * b * PANEL + row;
        FloatVector first =
            floats(IntVector.fromArray(INTS, sums, from + at))
                .mul(FloatVector.fromArray(Lanes.FLOATS, scales, at));
        FloatVector sum =
            floats(IntVector.fromArray(INTS, sums, from + at + PANEL))
                .fma(FloatVector.fromArray(Lanes.FLOATS, scales, at + PANEL), first);
        scaled = sum.fma(FloatVector.broadcast(Lanes.FLOATS, x[block + b]), scaled);
      }
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, out, to + row);
      FloatVector.fromArray(Lanes.FLOATS, outer, row).fma(scaled, a).intoArray(out, to + row);
    }
  }
}
