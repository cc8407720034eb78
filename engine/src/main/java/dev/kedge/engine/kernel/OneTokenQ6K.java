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
 * One token times a panel of Q6_K: block by block the exact sums of {@link SixSums} of its eighths,
 * then these times their halves' scales, and per span the outer scales. What passes between them
 * lies in memory, each vector in one line of the cache: in one method the compiler has too few
 * registers and moves them to the stack, where they cross lines, and that took a third of the time.
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
  private static final long SUMS = 4 * 64 * EIGHTHS;

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
   * @param scratch room for 24 vectors, each in one line of the cache
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
        clear(scratch + SUMS);
        for (int i = 0; i < PARTS; i++) {
          sums(s + i * BLOCK_BYTES, apart, x, block + b + i, scratch);
          scale(c + i * SCALES, x.scales[block + b + i], scratch, scratch + SUMS);
        }
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

  /* The sums of a block's eighths, to scratch: [eighth][group]. */
  private static void sums(long integers, long apart, Activations x, int block, long scratch) {
    short[] y = x.multipliers.sixes;
    short[] starts = x.multipliers.sixStarts;
    ShortVector by6 = ShortVector.broadcast(SHORTS, 6);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    ShortVector by14 = ShortVector.broadcast(SHORTS, 14);
    long to = Lanes.address(scratch);
    long s0 = Lanes.address(integers);
    long s1 = Lanes.address(s0 + apart);
    long s2 = Lanes.address(s1 + apart);
    long s3 = Lanes.address(s2 + apart);
    for (int eighth = 0; eighth < EIGHTHS; eighth++) {
      int e = block * EIGHTHS + eighth;
      int k = e * FACTORS;
      long at = eighth * 192L;
      ShortVector a0 = ShortVector.broadcast(SHORTS, starts[e]);
      ShortVector a1 = a0;
      ShortVector a2 = a0;
      ShortVector a3 = a0;
      ShortVector y0 = ShortVector.broadcast(SHORTS, y[k]);
      ShortVector y1 = ShortVector.broadcast(SHORTS, y[k + 1]);
      ShortVector y2 = ShortVector.broadcast(SHORTS, y[k + 2]);
      ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + at, ORDER);
      a0 = a0.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a0 = a0.add(w.lanewise(LSHR, by12).mul(y2));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + at, ORDER);
      a1 = a1.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a1 = a1.add(w.lanewise(LSHR, by12).mul(y2));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + at, ORDER);
      a2 = a2.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a2 = a2.add(w.lanewise(LSHR, by12).mul(y2));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + at, ORDER);
      a3 = a3.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a3 = a3.add(w.lanewise(LSHR, by12).mul(y2));
      y0 = ShortVector.broadcast(SHORTS, y[k + 3]);
      y1 = ShortVector.broadcast(SHORTS, y[k + 4]);
      y2 = ShortVector.broadcast(SHORTS, y[k + 5]);
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + at + 64, ORDER);
      a0 = a0.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a0 = a0.add(w.lanewise(LSHR, by12).mul(y2));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + at + 64, ORDER);
      a1 = a1.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a1 = a1.add(w.lanewise(LSHR, by12).mul(y2));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + at + 64, ORDER);
      a2 = a2.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a2 = a2.add(w.lanewise(LSHR, by12).mul(y2));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + at + 64, ORDER);
      a3 = a3.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a3 = a3.add(w.lanewise(LSHR, by12).mul(y2));
      y0 = ShortVector.broadcast(SHORTS, y[k + 6]);
      y1 = ShortVector.broadcast(SHORTS, y[k + 7]);
      y2 = ShortVector.broadcast(SHORTS, y[k + 8]);
      ShortVector y3 = ShortVector.broadcast(SHORTS, y[k + 9]);
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + at + 128, ORDER);
      a0 = a0.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a0 = a0.add(w.lanewise(LSHR, by12).mul(y2)).add(w.lanewise(LSHR, by14).mul(y3));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + at + 128, ORDER);
      a1 = a1.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a1 = a1.add(w.lanewise(LSHR, by12).mul(y2)).add(w.lanewise(LSHR, by14).mul(y3));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + at + 128, ORDER);
      a2 = a2.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a2 = a2.add(w.lanewise(LSHR, by12).mul(y2)).add(w.lanewise(LSHR, by14).mul(y3));
      w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + at + 128, ORDER);
      a3 = a3.add(w.mul(y0)).add(w.lanewise(LSHR, by6).mul(y1));
      a3 = a3.add(w.lanewise(LSHR, by12).mul(y2)).add(w.lanewise(LSHR, by14).mul(y3));
      long keep = to + eighth * 256L;
      a0.intoMemorySegment(MEMORY, keep, ORDER);
      a1.intoMemorySegment(MEMORY, keep + 64, ORDER);
      a2.intoMemorySegment(MEMORY, keep + 128, ORDER);
      a3.intoMemorySegment(MEMORY, keep + 192, ORDER);
    }
  }

  /* A block's sums times their halves' scales, added to those of the span, [group][half]. */
  private static void scale(long scales, float factorOfBlock, long sums, long parts) {
    IntVector in8 = IntVector.broadcast(INTS, 8);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector in24 = IntVector.broadcast(INTS, 24);
    FloatVector factor = FloatVector.broadcast(FLOATS, factorOfBlock);
    long s = Lanes.address(scales);
    long t = Lanes.address(sums);
    long f = Lanes.address(parts);
    IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s, ORDER);
    IntVector p = IntVector.fromMemorySegment(INTS, MEMORY, t, ORDER);
    IntVector q = IntVector.fromMemorySegment(INTS, MEMORY, t + 256, ORDER);
    IntVector l = p.lanewise(LSHL, in16).lanewise(ASHR, in16);
    l = l.add(q.lanewise(LSHL, in16).lanewise(ASHR, in16));
    l = l.mul(d.lanewise(LSHL, in24).lanewise(ASHR, in24));
    IntVector h = p.lanewise(ASHR, in16).add(q.lanewise(ASHR, in16));
    h = h.mul(d.lanewise(LSHL, in16).lanewise(ASHR, in24));
    p = IntVector.fromMemorySegment(INTS, MEMORY, t + 512, ORDER);
    q = IntVector.fromMemorySegment(INTS, MEMORY, t + 768, ORDER);
    IntVector m = p.lanewise(LSHL, in16).lanewise(ASHR, in16);
    m = m.add(q.lanewise(LSHL, in16).lanewise(ASHR, in16));
    l = l.add(m.mul(d.lanewise(LSHL, in8).lanewise(ASHR, in24)));
    m = p.lanewise(ASHR, in16).add(q.lanewise(ASHR, in16));
    h = h.add(m.mul(d.lanewise(ASHR, in24)));
    FloatVector part = FloatVector.fromMemorySegment(FLOATS, MEMORY, f, ORDER);
    ((FloatVector) l.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, f, ORDER);
    part = FloatVector.fromMemorySegment(FLOATS, MEMORY, f + 64, ORDER);
    ((FloatVector) h.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, f + 64, ORDER);
    d = IntVector.fromMemorySegment(INTS, MEMORY, s + 64, ORDER);
    p = IntVector.fromMemorySegment(INTS, MEMORY, t + 64, ORDER);
    q = IntVector.fromMemorySegment(INTS, MEMORY, t + 320, ORDER);
    l = p.lanewise(LSHL, in16).lanewise(ASHR, in16);
    l = l.add(q.lanewise(LSHL, in16).lanewise(ASHR, in16));
    l = l.mul(d.lanewise(LSHL, in24).lanewise(ASHR, in24));
    h = p.lanewise(ASHR, in16).add(q.lanewise(ASHR, in16));
    h = h.mul(d.lanewise(LSHL, in16).lanewise(ASHR, in24));
    p = IntVector.fromMemorySegment(INTS, MEMORY, t + 576, ORDER);
    q = IntVector.fromMemorySegment(INTS, MEMORY, t + 832, ORDER);
    m = p.lanewise(LSHL, in16).lanewise(ASHR, in16);
    m = m.add(q.lanewise(LSHL, in16).lanewise(ASHR, in16));
    l = l.add(m.mul(d.lanewise(LSHL, in8).lanewise(ASHR, in24)));
    m = p.lanewise(ASHR, in16).add(q.lanewise(ASHR, in16));
    h = h.add(m.mul(d.lanewise(ASHR, in24)));
    part = FloatVector.fromMemorySegment(FLOATS, MEMORY, f + 128, ORDER);
    ((FloatVector) l.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, f + 128, ORDER);
    part = FloatVector.fromMemorySegment(FLOATS, MEMORY, f + 192, ORDER);
    ((FloatVector) h.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, f + 192, ORDER);
    d = IntVector.fromMemorySegment(INTS, MEMORY, s + 128, ORDER);
    p = IntVector.fromMemorySegment(INTS, MEMORY, t + 128, ORDER);
    q = IntVector.fromMemorySegment(INTS, MEMORY, t + 384, ORDER);
    l = p.lanewise(LSHL, in16).lanewise(ASHR, in16);
    l = l.add(q.lanewise(LSHL, in16).lanewise(ASHR, in16));
    l = l.mul(d.lanewise(LSHL, in24).lanewise(ASHR, in24));
    h = p.lanewise(ASHR, in16).add(q.lanewise(ASHR, in16));
    h = h.mul(d.lanewise(LSHL, in16).lanewise(ASHR, in24));
    p = IntVector.fromMemorySegment(INTS, MEMORY, t + 640, ORDER);
    q = IntVector.fromMemorySegment(INTS, MEMORY, t + 896, ORDER);
    m = p.lanewise(LSHL, in16).lanewise(ASHR, in16);
    m = m.add(q.lanewise(LSHL, in16).lanewise(ASHR, in16));
    l = l.add(m.mul(d.lanewise(LSHL, in8).lanewise(ASHR, in24)));
    m = p.lanewise(ASHR, in16).add(q.lanewise(ASHR, in16));
    h = h.add(m.mul(d.lanewise(ASHR, in24)));
    part = FloatVector.fromMemorySegment(FLOATS, MEMORY, f + 256, ORDER);
    ((FloatVector) l.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, f + 256, ORDER);
    part = FloatVector.fromMemorySegment(FLOATS, MEMORY, f + 320, ORDER);
    ((FloatVector) h.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, f + 320, ORDER);
    d = IntVector.fromMemorySegment(INTS, MEMORY, s + 192, ORDER);
    p = IntVector.fromMemorySegment(INTS, MEMORY, t + 192, ORDER);
    q = IntVector.fromMemorySegment(INTS, MEMORY, t + 448, ORDER);
    l = p.lanewise(LSHL, in16).lanewise(ASHR, in16);
    l = l.add(q.lanewise(LSHL, in16).lanewise(ASHR, in16));
    l = l.mul(d.lanewise(LSHL, in24).lanewise(ASHR, in24));
    h = p.lanewise(ASHR, in16).add(q.lanewise(ASHR, in16));
    h = h.mul(d.lanewise(LSHL, in16).lanewise(ASHR, in24));
    p = IntVector.fromMemorySegment(INTS, MEMORY, t + 704, ORDER);
    q = IntVector.fromMemorySegment(INTS, MEMORY, t + 960, ORDER);
    m = p.lanewise(LSHL, in16).lanewise(ASHR, in16);
    m = m.add(q.lanewise(LSHL, in16).lanewise(ASHR, in16));
    l = l.add(m.mul(d.lanewise(LSHL, in8).lanewise(ASHR, in24)));
    m = p.lanewise(ASHR, in16).add(q.lanewise(ASHR, in16));
    h = h.add(m.mul(d.lanewise(ASHR, in24)));
    part = FloatVector.fromMemorySegment(FLOATS, MEMORY, f + 384, ORDER);
    ((FloatVector) l.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, f + 384, ORDER);
    part = FloatVector.fromMemorySegment(FLOATS, MEMORY, f + 448, ORDER);
    ((FloatVector) h.convert(I2F, 0)).fma(factor, part).intoMemorySegment(MEMORY, f + 448, ORDER);
  }

  private static void outer(long scales, long scratch, float[] out, int row) {
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector half = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    long s = Lanes.address(scales + PARTS * SCALES);
    long parts = Lanes.address(scratch + SUMS);
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
