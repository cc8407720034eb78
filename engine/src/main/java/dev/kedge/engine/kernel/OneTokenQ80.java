package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * One token times a panel of Q8_0, in one pass: the exact sums of {@link ByteSums}, then each
 * block's scales. Results stay in registers from block to block.
 */
final class OneTokenQ80 {
  private static final int STEPS = 16;
  private static final int BIAS = -STEPS << 15;
  private static final long SCALES = PackedLayout.GROUPS * 64;
  private static final int GROUP = PackedLayout.GROUP;
  private static final int HALF = GROUP / 2;

  private OneTokenQ80() {}

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
    short[] y = x.multipliers.bytes;
    int[] starts = x.multipliers.byteStarts;
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
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
        IntVector a0 = IntVector.broadcast(INTS, BIAS);
        IntVector a1 = a0;
        IntVector a2 = a0;
        IntVector a3 = a0;
        IntVector h0 = IntVector.zero(INTS);
        IntVector h1 = h0;
        IntVector h2 = h0;
        IntVector h3 = h0;
        for (int step = 0; step < STEPS; step++) {
          int k = (block + b) * STEPS + step;
          ShortVector y0 = ShortVector.broadcast(SHORTS, y[2 * k]);
          ShortVector y1 = ShortVector.broadcast(SHORTS, y[2 * k + 1]);
          ShortVector start = IntVector.broadcast(INTS, starts[k]).reinterpretAsShorts();
          ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + step * 64L, ORDER);
          IntVector p = start.add(w.mul(y0)).add(w.lanewise(ASHR, by8).mul(y1)).reinterpretAsInts();
          a0 = a0.add(p);
          h0 = h0.add(p.lanewise(ASHR, in16));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + step * 64L, ORDER);
          p = start.add(w.mul(y0)).add(w.lanewise(ASHR, by8).mul(y1)).reinterpretAsInts();
          a1 = a1.add(p);
          h1 = h1.add(p.lanewise(ASHR, in16));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + step * 64L, ORDER);
          p = start.add(w.mul(y0)).add(w.lanewise(ASHR, by8).mul(y1)).reinterpretAsInts();
          a2 = a2.add(p);
          h2 = h2.add(p.lanewise(ASHR, in16));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + step * 64L, ORDER);
          p = start.add(w.mul(y0)).add(w.lanewise(ASHR, by8).mul(y1)).reinterpretAsInts();
          a3 = a3.add(p);
          h3 = h3.add(p.lanewise(ASHR, in16));
        }
        long s = Lanes.address(c + b * SCALES);
        FloatVector factor = FloatVector.broadcast(FLOATS, x.scales[block + b]);
        IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s, ORDER);
        FloatVector scale =
            d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        FloatVector exact = (FloatVector) a0.sub(h0.lanewise(LSHL, in16)).convert(I2F, 0);
        f0 = exact.mul(scale.mul(power)).fma(factor, f0);
        scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) h0.convert(I2F, 0);
        g0 = exact.mul(scale.mul(power)).fma(factor, g0);
        d = IntVector.fromMemorySegment(INTS, MEMORY, s + 64, ORDER);
        scale = d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) a1.sub(h1.lanewise(LSHL, in16)).convert(I2F, 0);
        f1 = exact.mul(scale.mul(power)).fma(factor, f1);
        scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) h1.convert(I2F, 0);
        g1 = exact.mul(scale.mul(power)).fma(factor, g1);
        d = IntVector.fromMemorySegment(INTS, MEMORY, s + 128, ORDER);
        scale = d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) a2.sub(h2.lanewise(LSHL, in16)).convert(I2F, 0);
        f2 = exact.mul(scale.mul(power)).fma(factor, f2);
        scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) h2.convert(I2F, 0);
        g2 = exact.mul(scale.mul(power)).fma(factor, g2);
        d = IntVector.fromMemorySegment(INTS, MEMORY, s + 192, ORDER);
        scale = d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) a3.sub(h3.lanewise(LSHL, in16)).convert(I2F, 0);
        f3 = exact.mul(scale.mul(power)).fma(factor, f3);
        scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats();
        exact = (FloatVector) h3.convert(I2F, 0);
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
