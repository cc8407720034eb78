package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * One token times a panel of Q4_0, in one pass: the exact sums of {@link NibbleSums}, then each
 * block's scales. Results stay in registers from block to block.
 */
final class OneTokenQ40 {
  private static final int STEPS = 8;
  private static final long SCALES = PackedLayout.GROUPS * 64;
  private static final int GROUP = PackedLayout.GROUP;
  private static final int HALF = GROUP / 2;

  private OneTokenQ40() {}

  /**
   * Adds some blocks to a part of the rows of some panels.
   *
   * @param integers of the first panel's first group, of this part
   * @param apart from one group's to the next's
   * @param scales of the first block, of this part
   * @param panels that follow each other, if {@code blocks} are all of a row; otherwise 1
   * @param x the token's activations, the first block being {@code block}
   * @param first whether these are a row's first blocks: sums begin with zero
   * @param out [row]; this part's first row is {@code to}
   */
  static void blocks(
      long integers,
      long apart,
      long scales,
      int panels,
      int blocks,
      Activations x,
      int block,
      boolean first,
      float[] out,
      int to) {
    short[] y = x.multipliers.nibbles;
    short[] starts = x.multipliers.nibbleStarts;
    ShortVector by4 = ShortVector.broadcast(SHORTS, 4);
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector half = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    int row = to;
    long i = integers;
    long c = scales;
    for (int panel = 0; panel < panels; panel++) {
      FloatVector f0 = FloatVector.zero(FLOATS);
      FloatVector f1 = f0;
      FloatVector f2 = f0;
      FloatVector f3 = f0;
      FloatVector g0 = f0;
      FloatVector g1 = f0;
      FloatVector g2 = f0;
      FloatVector g3 = f0;
      if (!first) {
        f0 = FloatVector.fromArray(FLOATS, out, row);
        f1 = FloatVector.fromArray(FLOATS, out, row + GROUP);
        f2 = FloatVector.fromArray(FLOATS, out, row + 2 * GROUP);
        f3 = FloatVector.fromArray(FLOATS, out, row + 3 * GROUP);
        g0 = FloatVector.fromArray(FLOATS, out, row + HALF);
        g1 = FloatVector.fromArray(FLOATS, out, row + HALF + GROUP);
        g2 = FloatVector.fromArray(FLOATS, out, row + HALF + 2 * GROUP);
        g3 = FloatVector.fromArray(FLOATS, out, row + HALF + 3 * GROUP);
      }
      for (int b = 0; b < blocks; b++) {
        long s0 = Lanes.address(i + b * (64L * STEPS));
        long s1 = Lanes.address(s0 + apart);
        long s2 = Lanes.address(s1 + apart);
        long s3 = Lanes.address(s2 + apart);
        ShortVector a0 = ShortVector.broadcast(SHORTS, starts[block + b]);
        ShortVector a1 = a0;
        ShortVector a2 = a0;
        ShortVector a3 = a0;
        for (int step = 0; step < STEPS; step++) {
          int k = (block + b) * 32 + step * 4;
          ShortVector y0 = ShortVector.broadcast(SHORTS, y[k]);
          ShortVector y1 = ShortVector.broadcast(SHORTS, y[k + 1]);
          ShortVector y2 = ShortVector.broadcast(SHORTS, y[k + 2]);
          ShortVector y3 = ShortVector.broadcast(SHORTS, y[k + 3]);
          ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + step * 64L, ORDER);
          a0 = a0.add(w.mul(y0).add(w.lanewise(LSHR, by4).mul(y1)));
          a0 = a0.add(w.lanewise(LSHR, by8).mul(y2).add(w.lanewise(LSHR, by12).mul(y3)));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + step * 64L, ORDER);
          a1 = a1.add(w.mul(y0).add(w.lanewise(LSHR, by4).mul(y1)));
          a1 = a1.add(w.lanewise(LSHR, by8).mul(y2).add(w.lanewise(LSHR, by12).mul(y3)));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + step * 64L, ORDER);
          a2 = a2.add(w.mul(y0).add(w.lanewise(LSHR, by4).mul(y1)));
          a2 = a2.add(w.lanewise(LSHR, by8).mul(y2).add(w.lanewise(LSHR, by12).mul(y3)));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + step * 64L, ORDER);
          a3 = a3.add(w.mul(y0).add(w.lanewise(LSHR, by4).mul(y1)));
          a3 = a3.add(w.lanewise(LSHR, by8).mul(y2).add(w.lanewise(LSHR, by12).mul(y3)));
        }
        long s = Lanes.address(c + b * SCALES);
        FloatVector factor = FloatVector.broadcast(FLOATS, x.scales[block + b]);
        IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s, ORDER);
        IntVector sum = a0.reinterpretAsInts();
        FloatVector scale =
            d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        FloatVector exact =
            (FloatVector) sum.lanewise(LSHL, in16).lanewise(ASHR, in16).convert(I2F, 0);
        f0 = exact.mul(scale.mul(power)).fma(factor, f0);
        scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) sum.lanewise(ASHR, in16).convert(I2F, 0);
        g0 = exact.mul(scale.mul(power)).fma(factor, g0);
        d = IntVector.fromMemorySegment(INTS, MEMORY, s + 64, ORDER);
        sum = a1.reinterpretAsInts();
        scale = d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) sum.lanewise(LSHL, in16).lanewise(ASHR, in16).convert(I2F, 0);
        f1 = exact.mul(scale.mul(power)).fma(factor, f1);
        scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) sum.lanewise(ASHR, in16).convert(I2F, 0);
        g1 = exact.mul(scale.mul(power)).fma(factor, g1);
        d = IntVector.fromMemorySegment(INTS, MEMORY, s + 128, ORDER);
        sum = a2.reinterpretAsInts();
        scale = d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) sum.lanewise(LSHL, in16).lanewise(ASHR, in16).convert(I2F, 0);
        f2 = exact.mul(scale.mul(power)).fma(factor, f2);
        scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) sum.lanewise(ASHR, in16).convert(I2F, 0);
        g2 = exact.mul(scale.mul(power)).fma(factor, g2);
        d = IntVector.fromMemorySegment(INTS, MEMORY, s + 192, ORDER);
        sum = a3.reinterpretAsInts();
        scale = d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) sum.lanewise(LSHL, in16).lanewise(ASHR, in16).convert(I2F, 0);
        f3 = exact.mul(scale.mul(power)).fma(factor, f3);
        scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) sum.lanewise(ASHR, in16).convert(I2F, 0);
        g3 = exact.mul(scale.mul(power)).fma(factor, g3);
      }
      f0.intoArray(out, row);
      f1.intoArray(out, row + GROUP);
      f2.intoArray(out, row + 2 * GROUP);
      f3.intoArray(out, row + 3 * GROUP);
      g0.intoArray(out, row + HALF);
      g1.intoArray(out, row + HALF + GROUP);
      g2.intoArray(out, row + HALF + 2 * GROUP);
      g3.intoArray(out, row + HALF + 3 * GROUP);
      row += PackedLayout.PANEL;
      i += blocks * (64L * STEPS);
      c += blocks * SCALES;
    }
  }
}
