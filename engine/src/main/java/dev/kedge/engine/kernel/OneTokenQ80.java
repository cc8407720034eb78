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
   * Adds some blocks to the results of a part of the panel's rows.
   *
   * @param integers of the panel's first group, of this part
   * @param apart from one group's to the next's
   * @param scales of the first block, of this part
   * @param x the token's activations, the first block being {@code block}
   * @param out [row] of the panel; this part's first row is {@code to}
   */
  static void blocks(
      long integers,
      long apart,
      long scales,
      int blocks,
      Activations x,
      int block,
      float[] out,
      int to) {
    short[] y = x.multipliers.bytes;
    int[] starts = x.multipliers.byteStarts;
    float[] factors = x.scales;
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector half = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    FloatVector f0 = FloatVector.fromArray(FLOATS, out, to);
    FloatVector f1 = FloatVector.fromArray(FLOATS, out, to + GROUP);
    FloatVector f2 = FloatVector.fromArray(FLOATS, out, to + 2 * GROUP);
    FloatVector f3 = FloatVector.fromArray(FLOATS, out, to + 3 * GROUP);
    FloatVector g0 = FloatVector.fromArray(FLOATS, out, to + HALF);
    FloatVector g1 = FloatVector.fromArray(FLOATS, out, to + HALF + GROUP);
    FloatVector g2 = FloatVector.fromArray(FLOATS, out, to + HALF + 2 * GROUP);
    FloatVector g3 = FloatVector.fromArray(FLOATS, out, to + HALF + 3 * GROUP);
    for (int b = 0; b < blocks; b++) {
      long s0 = Lanes.address(integers + b * (64L * STEPS));
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
      long s = Lanes.address(scales + b * SCALES);
      FloatVector factor = FloatVector.broadcast(FLOATS, factors[block + b]);
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
    f0.intoArray(out, to);
    f1.intoArray(out, to + GROUP);
    f2.intoArray(out, to + 2 * GROUP);
    f3.intoArray(out, to + 3 * GROUP);
    g0.intoArray(out, to + HALF);
    g1.intoArray(out, to + HALF + GROUP);
    g2.intoArray(out, to + HALF + 2 * GROUP);
    g3.intoArray(out, to + HALF + 3 * GROUP);
  }
}
