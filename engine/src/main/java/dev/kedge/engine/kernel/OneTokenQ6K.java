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
 * One token times a panel of Q6_K, in one pass: the exact sums of {@link SixSums} of each eighth of
 * a block, two of them added wide before they meet their half's scale, then per span the outer
 * scales. Two groups of rows take an eighth side by side, then the other two: with all four the
 * compiler runs out of registers and moves sums to the stack, where they cross cache lines; that
 * took a third of the time.
 *
 * <p>Of the two sums in an int the lower is kept 2¹⁵ too large, hence not negative: a mask widens
 * it where two shifts would be needed, and of those a processor has fewer per cycle.
 *
 * <p>Scales of a block's first half stand below those of its second.
 */
final class OneTokenQ6K {
  private static final int EIGHTHS = 4;
  private static final long BLOCK_BYTES = 64 * 3 * EIGHTHS;
  private static final int FACTORS = Multipliers.SIX_FACTORS;
  private static final int PARTS = PackedLayout.SPAN_BLOCKS;
  private static final long SCALES = PackedLayout.GROUPS * 64;
  private static final int GROUP = PackedLayout.GROUP;
  private static final int HALF = GROUP / 2;

  private OneTokenQ6K() {}

  /**
   * Adds some spans to a part of the rows of some panels.
   *
   * @param integers of the first panel's first group, of this part
   * @param apart from one group's to the next's
   * @param scales of the first block, of this part
   * @param panels that follow each other, if {@code blocks} are all of a row; otherwise 1
   * @param x the token's activations, the first block being {@code block}
   * @param first whether these are a row's first blocks: sums begin with zero
   * @param scratch room for eight vectors, each in one line of the cache
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
      long scratch,
      float[] out,
      int to) {
    long s = integers;
    long c = scales;
    for (int row = to; row < to + panels * PackedLayout.PANEL; row += PackedLayout.PANEL) {
      if (first) clear(out, row);
      for (int b = 0; b < blocks; b += PARTS) {
        clear(scratch);
        span(s, apart, c, x, block + b, scratch);
        outer(c, scratch, out, row);
        s += PARTS * BLOCK_BYTES;
        c += (PARTS + 1) * SCALES;
      }
    }
  }

  private static void clear(long parts) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long to = Lanes.address(parts);
    for (int i = 0; i < 8; i++) zero.intoMemorySegment(MEMORY, to + i * 64L, ORDER);
  }

  private static void clear(float[] out, int row) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      zero.intoArray(out, row + group * GROUP);
      zero.intoArray(out, row + group * GROUP + HALF);
    }
  }

  /* The sums over a span's parts, in memory: [group][half]. */
  private static void span(
      long integers, long apart, long scales, Activations x, int block, long parts) {
    short[] y = x.multipliers.sixes;
    int[] starts = x.multipliers.sixStarts;
    ShortVector by6 = ShortVector.broadcast(SHORTS, 6);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    ShortVector by14 = ShortVector.broadcast(SHORTS, 14);
    IntVector down = IntVector.broadcast(INTS, -0x10000);
    IntVector low = IntVector.broadcast(INTS, 0xFFFF);
    IntVector in8 = IntVector.broadcast(INTS, 8);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector in24 = IntVector.broadcast(INTS, 24);
    for (int b = 0; b < PARTS; b++) {
      FloatVector factor = FloatVector.broadcast(FLOATS, x.scales[block + b]);
      for (int pair = 0; pair < 2; pair++) {
        long s0 = Lanes.address(integers + b * BLOCK_BYTES + pair * 2L * apart);
        long s1 = Lanes.address(s0 + apart);
        long s = Lanes.address(scales + b * SCALES + pair * 128L);
        IntVector l0 = IntVector.zero(INTS);
        IntVector l1 = l0;
        IntVector h0 = l0;
        IntVector h1 = l0;
        for (int half = 0; half < 2; half++) {
          IntVector u0 = down;
          IntVector u1 = down;
          IntVector v0 = IntVector.zero(INTS);
          IntVector v1 = v0;
          for (int eighth = 2 * half; eighth < 2 * half + 2; eighth++) {
            int e = (block + b) * EIGHTHS + eighth;
            int k = e * FACTORS;
            long at = eighth * 192L;
            ShortVector a0 = IntVector.broadcast(INTS, starts[e]).reinterpretAsShorts();
            ShortVector a1 = a0;
            ShortVector y0 = ShortVector.broadcast(SHORTS, y[k]);
            ShortVector y1 = ShortVector.broadcast(SHORTS, y[k + 1]);
            ShortVector y2 = ShortVector.broadcast(SHORTS, y[k + 2]);
            ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + at, ORDER);
            a0 = a0.add(w.mul(y0).add(w.lanewise(LSHR, by6).mul(y1)));
            ShortVector p0 = w.lanewise(LSHR, by12).mul(y2);
            w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + at, ORDER);
            a1 = a1.add(w.mul(y0).add(w.lanewise(LSHR, by6).mul(y1)));
            ShortVector p1 = w.lanewise(LSHR, by12).mul(y2);
            y0 = ShortVector.broadcast(SHORTS, y[k + 3]);
            y1 = ShortVector.broadcast(SHORTS, y[k + 4]);
            y2 = ShortVector.broadcast(SHORTS, y[k + 5]);
            w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + at + 64, ORDER);
            a0 = a0.add(w.mul(y0).add(w.lanewise(LSHR, by6).mul(y1)));
            a0 = a0.add(p0.add(w.lanewise(LSHR, by12).mul(y2)));
            w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + at + 64, ORDER);
            a1 = a1.add(w.mul(y0).add(w.lanewise(LSHR, by6).mul(y1)));
            a1 = a1.add(p1.add(w.lanewise(LSHR, by12).mul(y2)));
            y0 = ShortVector.broadcast(SHORTS, y[k + 6]);
            y1 = ShortVector.broadcast(SHORTS, y[k + 7]);
            y2 = ShortVector.broadcast(SHORTS, y[k + 8]);
            ShortVector y3 = ShortVector.broadcast(SHORTS, y[k + 9]);
            w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + at + 128, ORDER);
            a0 = a0.add(w.mul(y0).add(w.lanewise(LSHR, by6).mul(y1)));
            a0 = a0.add(w.lanewise(LSHR, by12).mul(y2).add(w.lanewise(LSHR, by14).mul(y3)));
            w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + at + 128, ORDER);
            a1 = a1.add(w.mul(y0).add(w.lanewise(LSHR, by6).mul(y1)));
            a1 = a1.add(w.lanewise(LSHR, by12).mul(y2).add(w.lanewise(LSHR, by14).mul(y3)));
            IntVector sum = a0.reinterpretAsInts();
            u0 = u0.add(sum.and(low));
            v0 = v0.add(sum.lanewise(ASHR, in16));
            sum = a1.reinterpretAsInts();
            u1 = u1.add(sum.and(low));
            v1 = v1.add(sum.lanewise(ASHR, in16));
          }
          IntVector shift = IntVector.broadcast(INTS, 16 - half * 16);
          IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s, ORDER).lanewise(LSHL, shift);
          l0 = l0.add(u0.mul(d.lanewise(LSHL, in8).lanewise(ASHR, in24)));
          h0 = h0.add(v0.mul(d.lanewise(ASHR, in24)));
          d = IntVector.fromMemorySegment(INTS, MEMORY, s + 64, ORDER).lanewise(LSHL, shift);
          l1 = l1.add(u1.mul(d.lanewise(LSHL, in8).lanewise(ASHR, in24)));
          h1 = h1.add(v1.mul(d.lanewise(ASHR, in24)));
        }
        long to = Lanes.address(parts + pair * 256L);
        FloatVector part = FloatVector.fromMemorySegment(FLOATS, MEMORY, to, ORDER);
        ((FloatVector) l0.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, to, ORDER);
        part = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 64, ORDER);
        part = ((FloatVector) h0.convert(I2F, 0)).fma(factor, part);
        part.intoMemorySegment(MEMORY, to + 64, ORDER);
        part = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 128, ORDER);
        part = ((FloatVector) l1.convert(I2F, 0)).fma(factor, part);
        part.intoMemorySegment(MEMORY, to + 128, ORDER);
        part = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 192, ORDER);
        part = ((FloatVector) h1.convert(I2F, 0)).fma(factor, part);
        part.intoMemorySegment(MEMORY, to + 192, ORDER);
      }
    }
  }

  private static void outer(long scales, long scratch, float[] out, int row) {
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector half = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    long s = Lanes.address(scales + PARTS * SCALES);
    long parts = Lanes.address(scratch);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      int at = row + group * GROUP;
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s + group * 64L, ORDER);
      FloatVector scale =
          d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      FloatVector sum = FloatVector.fromArray(FLOATS, out, at);
      FloatVector part = FloatVector.fromMemorySegment(FLOATS, MEMORY, parts + group * 128L, ORDER);
      scale.fma(part, sum).intoArray(out, at);
      scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      sum = FloatVector.fromArray(FLOATS, out, at + HALF);
      part = FloatVector.fromMemorySegment(FLOATS, MEMORY, parts + group * 128L + 64, ORDER);
      scale.fma(part, sum).intoArray(out, at + HALF);
    }
  }
}
