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
 * its part's scale, then per span the outer scales. The sums over a span's parts stay in registers,
 * those of the minima, for which there are none left, in memory. All of a block's work is done
 * along with it: whatever is put off to the end of a span is a pause in reading, and costs more
 * than it saves.
 */
final class OneTokenQ4K {
  private static final int STEPS = 8;
  private static final int PARTS = PackedLayout.SPAN_BLOCKS;
  private static final long SCALES = PackedLayout.GROUPS * 64;
  private static final int GROUP = PackedLayout.GROUP;
  private static final int HALF = GROUP / 2;

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
   * @param scratch room for sixteen vectors, each in one line of the cache
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
        s += PARTS * 64L * STEPS;
        c += (PARTS + 2) * SCALES;
      }
    }
  }

  private static void clear(long scratch) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long to = Lanes.address(scratch + 512);
    for (int i = 0; i < 8; i++) zero.intoMemorySegment(MEMORY, to + i * 64L, ORDER);
  }

  private static void clear(float[] out, int row) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      zero.intoArray(out, row + group * GROUP);
      zero.intoArray(out, row + group * GROUP + HALF);
    }
  }

  /* To scratch, [group][half]: the eight parts' sums times their scales, then their minima. */
  private static void span(
      long integers, long apart, long scales, Activations x, int block, long scratch) {
    short[] y = x.multipliers.nibbles;
    short[] starts = x.multipliers.nibbleStarts;
    ShortVector by4 = ShortVector.broadcast(SHORTS, 4);
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    IntVector in8 = IntVector.broadcast(INTS, 8);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector in24 = IntVector.broadcast(INTS, 24);
    IntVector low = IntVector.broadcast(INTS, 255);
    long to = Lanes.address(scratch);
    FloatVector f0 = FloatVector.zero(FLOATS);
    FloatVector f1 = f0;
    FloatVector f2 = f0;
    FloatVector f3 = f0;
    FloatVector g0 = f0;
    FloatVector g1 = f0;
    FloatVector g2 = f0;
    FloatVector g3 = f0;
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
      long s = Lanes.address(scales + b * SCALES);
      FloatVector factor = FloatVector.broadcast(FLOATS, x.scales[block + b]);
      FloatVector less = FloatVector.broadcast(FLOATS, x.minus[block + b]);
      IntVector all = IntVector.broadcast(INTS, 8 * x.sums[block + b]);
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s, ORDER);
      IntVector sum = a0.reinterpretAsInts();
      IntVector exact = sum.lanewise(LSHL, in16).lanewise(ASHR, in16).add(all).mul(d.and(low));
      f0 = ((FloatVector) exact.convert(I2F, 0)).fma(factor, f0);
      exact = sum.lanewise(ASHR, in16).add(all).mul(d.lanewise(LSHR, in8).and(low));
      g0 = ((FloatVector) exact.convert(I2F, 0)).fma(factor, g0);
      FloatVector m = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 512, ORDER);
      exact = d.lanewise(LSHR, in16).and(low);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, m).intoMemorySegment(MEMORY, to + 512, ORDER);
      m = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 576, ORDER);
      exact = d.lanewise(LSHR, in24);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, m).intoMemorySegment(MEMORY, to + 576, ORDER);
      d = IntVector.fromMemorySegment(INTS, MEMORY, s + 64, ORDER);
      sum = a1.reinterpretAsInts();
      exact = sum.lanewise(LSHL, in16).lanewise(ASHR, in16).add(all).mul(d.and(low));
      f1 = ((FloatVector) exact.convert(I2F, 0)).fma(factor, f1);
      exact = sum.lanewise(ASHR, in16).add(all).mul(d.lanewise(LSHR, in8).and(low));
      g1 = ((FloatVector) exact.convert(I2F, 0)).fma(factor, g1);
      m = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 640, ORDER);
      exact = d.lanewise(LSHR, in16).and(low);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, m).intoMemorySegment(MEMORY, to + 640, ORDER);
      m = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 704, ORDER);
      exact = d.lanewise(LSHR, in24);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, m).intoMemorySegment(MEMORY, to + 704, ORDER);
      d = IntVector.fromMemorySegment(INTS, MEMORY, s + 128, ORDER);
      sum = a2.reinterpretAsInts();
      exact = sum.lanewise(LSHL, in16).lanewise(ASHR, in16).add(all).mul(d.and(low));
      f2 = ((FloatVector) exact.convert(I2F, 0)).fma(factor, f2);
      exact = sum.lanewise(ASHR, in16).add(all).mul(d.lanewise(LSHR, in8).and(low));
      g2 = ((FloatVector) exact.convert(I2F, 0)).fma(factor, g2);
      m = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 768, ORDER);
      exact = d.lanewise(LSHR, in16).and(low);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, m).intoMemorySegment(MEMORY, to + 768, ORDER);
      m = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 832, ORDER);
      exact = d.lanewise(LSHR, in24);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, m).intoMemorySegment(MEMORY, to + 832, ORDER);
      d = IntVector.fromMemorySegment(INTS, MEMORY, s + 192, ORDER);
      sum = a3.reinterpretAsInts();
      exact = sum.lanewise(LSHL, in16).lanewise(ASHR, in16).add(all).mul(d.and(low));
      f3 = ((FloatVector) exact.convert(I2F, 0)).fma(factor, f3);
      exact = sum.lanewise(ASHR, in16).add(all).mul(d.lanewise(LSHR, in8).and(low));
      g3 = ((FloatVector) exact.convert(I2F, 0)).fma(factor, g3);
      m = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 896, ORDER);
      exact = d.lanewise(LSHR, in16).and(low);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, m).intoMemorySegment(MEMORY, to + 896, ORDER);
      m = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 960, ORDER);
      exact = d.lanewise(LSHR, in24);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, m).intoMemorySegment(MEMORY, to + 960, ORDER);
    }
    f0.intoMemorySegment(MEMORY, to, ORDER);
    f1.intoMemorySegment(MEMORY, to + 128, ORDER);
    f2.intoMemorySegment(MEMORY, to + 256, ORDER);
    f3.intoMemorySegment(MEMORY, to + 384, ORDER);
    g0.intoMemorySegment(MEMORY, to + 64, ORDER);
    g1.intoMemorySegment(MEMORY, to + 192, ORDER);
    g2.intoMemorySegment(MEMORY, to + 320, ORDER);
    g3.intoMemorySegment(MEMORY, to + 448, ORDER);
  }

  private static void outer(long scales, long scratch, float[] out, int row) {
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector half = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      long s = Lanes.address(scales + group * 64L);
      long parts = Lanes.address(scratch + group * 128L);
      FloatVector l = FloatVector.fromMemorySegment(FLOATS, MEMORY, parts + 512, ORDER);
      FloatVector h = FloatVector.fromMemorySegment(FLOATS, MEMORY, parts + 576, ORDER);
      int at = row + group * GROUP;
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s + PARTS * SCALES, ORDER);
      IntVector e = IntVector.fromMemorySegment(INTS, MEMORY, s + (PARTS + 1) * SCALES, ORDER);
      FloatVector scale =
          d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      FloatVector least =
          e.lanewise(LSHL, in16).lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      FloatVector sum = least.fma(l, FloatVector.fromArray(FLOATS, out, at));
      FloatVector part = FloatVector.fromMemorySegment(FLOATS, MEMORY, parts, ORDER);
      scale.fma(part, sum).intoArray(out, at);
      scale = d.lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      least = e.lanewise(ASHR, in3).and(half).reinterpretAsFloats().mul(power);
      sum = least.fma(h, FloatVector.fromArray(FLOATS, out, at + HALF));
      part = FloatVector.fromMemorySegment(FLOATS, MEMORY, parts + 64, ORDER);
      scale.fma(part, sum).intoArray(out, at + HALF);
    }
  }
}
