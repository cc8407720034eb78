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
 * One token times a panel of Q4_K, in one pass: the exact sums of {@link NibbleSums}, each times
 * its part's scale, then per span the outer scales. The sums over a span's parts, which are too
 * many for registers, wait in an array.
 */
final class OneTokenQ4K {
  private static final int STEPS = 8;
  private static final int PARTS = PackedLayout.SPAN_BLOCKS;
  private static final long SCALES = PackedLayout.GROUPS * 64;
  private static final int GROUP = PackedLayout.GROUP;
  private static final int HALF = GROUP / 2;
  private static final int LEAST = PackedLayout.PANEL;

  private OneTokenQ4K() {}

  /**
   * Adds some spans to a part of the rows of some panels.
   *
   * @param integers of the first panel's first group, of this part
   * @param apart from one group's to the next's
   * @param scales of the first block, of this part
   * @param panels that follow each other, if {@code blocks} are all of a row; otherwise 1
   * @param x the token's activations, the first block being {@code block}
   * @param first whether these are a row's first blocks: sums begin with zero
   * @param parts scratch for two numbers per row of the panel
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
      float[] parts,
      float[] out,
      int to) {
    long s = integers;
    long c = scales;
    int part = to % GROUP;
    for (int row = to; row < to + panels * PackedLayout.PANEL; row += PackedLayout.PANEL) {
      if (first) clear(out, row);
      for (int b = 0; b < blocks; b += PARTS) {
        clear(parts, part);
        clear(parts, part + LEAST);
        parts(s, apart, c, x, block + b, parts, part);
        outer(c + PARTS * SCALES, parts, part, out, row);
        s += PARTS * 64L * STEPS;
        c += (PARTS + 2) * SCALES;
      }
    }
  }

  private static void clear(float[] parts, int to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    zero.intoArray(parts, to);
    zero.intoArray(parts, to + HALF);
    zero.intoArray(parts, to + GROUP);
    zero.intoArray(parts, to + HALF + GROUP);
    zero.intoArray(parts, to + 2 * GROUP);
    zero.intoArray(parts, to + HALF + 2 * GROUP);
    zero.intoArray(parts, to + 3 * GROUP);
    zero.intoArray(parts, to + HALF + 3 * GROUP);
  }

  private static void parts(
      long integers, long apart, long scales, Activations x, int block, float[] parts, int to) {
    short[] y = x.multipliers.nibbles;
    short[] starts = x.multipliers.nibbleStarts;
    float[] factors = x.scales;
    float[] minus = x.minus;
    int[] sums = x.sums;
    ShortVector by4 = ShortVector.broadcast(SHORTS, 4);
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    IntVector in8 = IntVector.broadcast(INTS, 8);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector in24 = IntVector.broadcast(INTS, 24);
    IntVector low = IntVector.broadcast(INTS, 255);
    for (int b = 0; b < PARTS; b++) {
      long s0 = Lanes.address(integers + b * (64L * STEPS));
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
        a0 = a0.add(w.mul(y0)).add(w.lanewise(LSHR, by4).mul(y1));
        a0 = a0.add(w.lanewise(LSHR, by8).mul(y2)).add(w.lanewise(LSHR, by12).mul(y3));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + step * 64L, ORDER);
        a1 = a1.add(w.mul(y0)).add(w.lanewise(LSHR, by4).mul(y1));
        a1 = a1.add(w.lanewise(LSHR, by8).mul(y2)).add(w.lanewise(LSHR, by12).mul(y3));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + step * 64L, ORDER);
        a2 = a2.add(w.mul(y0)).add(w.lanewise(LSHR, by4).mul(y1));
        a2 = a2.add(w.lanewise(LSHR, by8).mul(y2)).add(w.lanewise(LSHR, by12).mul(y3));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + step * 64L, ORDER);
        a3 = a3.add(w.mul(y0)).add(w.lanewise(LSHR, by4).mul(y1));
        a3 = a3.add(w.lanewise(LSHR, by8).mul(y2)).add(w.lanewise(LSHR, by12).mul(y3));
      }
      long s = Lanes.address(scales + b * SCALES);
      FloatVector factor = FloatVector.broadcast(FLOATS, factors[block + b]);
      FloatVector less = FloatVector.broadcast(FLOATS, minus[block + b]);
      IntVector all = IntVector.broadcast(INTS, 8 * sums[block + b]);
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s, ORDER);
      IntVector sum = a0.reinterpretAsInts();
      int at = to;
      IntVector exact = sum.lanewise(LSHL, in16).lanewise(ASHR, in16).add(all).mul(d.and(low));
      FloatVector part = FloatVector.fromArray(FLOATS, parts, at);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, part).intoArray(parts, at);
      exact = d.lanewise(LSHR, in16).and(low);
      part = FloatVector.fromArray(FLOATS, parts, at + LEAST);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, part).intoArray(parts, at + LEAST);
      exact = sum.lanewise(ASHR, in16).add(all).mul(d.lanewise(LSHR, in8).and(low));
      part = FloatVector.fromArray(FLOATS, parts, at + HALF);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, part).intoArray(parts, at + HALF);
      exact = d.lanewise(LSHR, in24);
      part = FloatVector.fromArray(FLOATS, parts, at + LEAST + HALF);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, part).intoArray(parts, at + LEAST + HALF);
      d = IntVector.fromMemorySegment(INTS, MEMORY, s + 64, ORDER);
      sum = a1.reinterpretAsInts();
      at = to + GROUP;
      exact = sum.lanewise(LSHL, in16).lanewise(ASHR, in16).add(all).mul(d.and(low));
      part = FloatVector.fromArray(FLOATS, parts, at);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, part).intoArray(parts, at);
      exact = d.lanewise(LSHR, in16).and(low);
      part = FloatVector.fromArray(FLOATS, parts, at + LEAST);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, part).intoArray(parts, at + LEAST);
      exact = sum.lanewise(ASHR, in16).add(all).mul(d.lanewise(LSHR, in8).and(low));
      part = FloatVector.fromArray(FLOATS, parts, at + HALF);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, part).intoArray(parts, at + HALF);
      exact = d.lanewise(LSHR, in24);
      part = FloatVector.fromArray(FLOATS, parts, at + LEAST + HALF);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, part).intoArray(parts, at + LEAST + HALF);
      d = IntVector.fromMemorySegment(INTS, MEMORY, s + 128, ORDER);
      sum = a2.reinterpretAsInts();
      at = to + 2 * GROUP;
      exact = sum.lanewise(LSHL, in16).lanewise(ASHR, in16).add(all).mul(d.and(low));
      part = FloatVector.fromArray(FLOATS, parts, at);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, part).intoArray(parts, at);
      exact = d.lanewise(LSHR, in16).and(low);
      part = FloatVector.fromArray(FLOATS, parts, at + LEAST);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, part).intoArray(parts, at + LEAST);
      exact = sum.lanewise(ASHR, in16).add(all).mul(d.lanewise(LSHR, in8).and(low));
      part = FloatVector.fromArray(FLOATS, parts, at + HALF);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, part).intoArray(parts, at + HALF);
      exact = d.lanewise(LSHR, in24);
      part = FloatVector.fromArray(FLOATS, parts, at + LEAST + HALF);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, part).intoArray(parts, at + LEAST + HALF);
      d = IntVector.fromMemorySegment(INTS, MEMORY, s + 192, ORDER);
      sum = a3.reinterpretAsInts();
      at = to + 3 * GROUP;
      exact = sum.lanewise(LSHL, in16).lanewise(ASHR, in16).add(all).mul(d.and(low));
      part = FloatVector.fromArray(FLOATS, parts, at);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, part).intoArray(parts, at);
      exact = d.lanewise(LSHR, in16).and(low);
      part = FloatVector.fromArray(FLOATS, parts, at + LEAST);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, part).intoArray(parts, at + LEAST);
      exact = sum.lanewise(ASHR, in16).add(all).mul(d.lanewise(LSHR, in8).and(low));
      part = FloatVector.fromArray(FLOATS, parts, at + HALF);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, part).intoArray(parts, at + HALF);
      exact = d.lanewise(LSHR, in24);
      part = FloatVector.fromArray(FLOATS, parts, at + LEAST + HALF);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, part).intoArray(parts, at + LEAST + HALF);
    }
  }

  private static void outer(long scales, float[] parts, int part, float[] out, int to) {
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector half = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    long s = Lanes.address(scales);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      int at = to + group * GROUP;
      int from = part + group * GROUP;
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s + group * 64L, ORDER);
      IntVector e = IntVector.fromMemorySegment(INTS, MEMORY, s + SCALES + group * 64L, ORDER);
      FloatVector scale =
          d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      FloatVector least =
          e.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      FloatVector sum = FloatVector.fromArray(FLOATS, out, at);
      sum = least.fma(FloatVector.fromArray(FLOATS, parts, from + LEAST), sum);
      scale.fma(FloatVector.fromArray(FLOATS, parts, from), sum).intoArray(out, at);
      scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      least = e.lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      sum = FloatVector.fromArray(FLOATS, out, at + HALF);
      sum = least.fma(FloatVector.fromArray(FLOATS, parts, from + LEAST + HALF), sum);
      scale.fma(FloatVector.fromArray(FLOATS, parts, from + HALF), sum).intoArray(out, at + HALF);
    }
  }
}
