package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * One token times a panel of Q5_K, in one pass: the exact sums of {@link FiveSums}, each times its
 * part's scale, then per span the outer scales. A block's integer sums and those over a span's
 * parts meet in memory, every vector in one line of the cache: two sums a block, one would not fit
 * 16 bits, leave no registers for the rest. All of a block's work is done along with it.
 */
final class OneTokenQ5K {
  private static final int PARTS = PackedLayout.SPAN_BLOCKS;
  private static final long BLOCK_BYTES = 640;
  private static final long SCALES = PackedLayout.GROUPS * 64;
  private static final int GROUP = PackedLayout.GROUP;
  private static final int HALF = GROUP / 2;

  private OneTokenQ5K() {}

  /**
   * Adds some spans to a part of the rows of some panels.
   *
   * @param integers of the first panel's first group, of this part
   * @param apart from one group's to the next's
   * @param scales of the first block, of this part
   * @param panels that follow each other, if {@code blocks} are all of a row; otherwise 1
   * @param x the token's activations, the first block being {@code block}
   * @param first whether these are a row's first blocks: sums begin with zero
   * @param scratch room for 24 vectors, each in one line of the cache: a block's sums, [group][half
   *     of its rows] the sums over parts, the same of the minima
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
      if (first) OneTokenSums.clear(out, row);
      for (int b = 0; b < blocks; b += PARTS) {
        OneTokenSums.clear(scratch + 512, 16);
        for (int part = 0; part < PARTS; part++) {
          FiveSums.block(s, apart, x.multipliers, block + b + part, scratch);
          part(c, x, block + b + part, scratch);
          s += BLOCK_BYTES;
          c += SCALES;
        }
        outer(c, scratch + 512, out, row);
        c += 2 * SCALES;
      }
    }
  }

  private static void part(long scales, Activations x, int block, long scratch) {
    IntVector in8 = IntVector.broadcast(INTS, 8);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector in24 = IntVector.broadcast(INTS, 24);
    IntVector low = IntVector.broadcast(INTS, 255);
    FloatVector factor = FloatVector.broadcast(FLOATS, x.scales[block]);
    FloatVector less = FloatVector.broadcast(FLOATS, x.minus[block]);
    IntVector all = IntVector.broadcast(INTS, 16 * x.sums[block]);
    long s = Lanes.address(scales);
    long sums = Lanes.address(scratch);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      long at = sums + group * 64L;
      long to = sums + 512 + group * 128L;
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s + group * 64L, ORDER);
      IntVector a = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      IntVector b = IntVector.fromMemorySegment(INTS, MEMORY, at + 256, ORDER);
      IntVector exact = a.lanewise(LSHL, in16).lanewise(ASHR, in16);
      exact = exact.add(b.lanewise(LSHL, in16).lanewise(ASHR, in16)).add(all).mul(d.and(low));
      FloatVector f = FloatVector.fromMemorySegment(FLOATS, MEMORY, to, ORDER);
      ((FloatVector) exact.convert(I2F, 0)).fma(factor, f).intoMemorySegment(MEMORY, to, ORDER);
      exact = a.lanewise(ASHR, in16).add(b.lanewise(ASHR, in16)).add(all);
      exact = exact.mul(d.lanewise(LSHR, in8).and(low));
      f = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 64, ORDER);
      f = ((FloatVector) exact.convert(I2F, 0)).fma(factor, f);
      f.intoMemorySegment(MEMORY, to + 64, ORDER);
      exact = d.lanewise(LSHR, in16).and(low);
      f = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 512, ORDER);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, f).intoMemorySegment(MEMORY, to + 512, ORDER);
      exact = d.lanewise(LSHR, in24);
      f = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 576, ORDER);
      ((FloatVector) exact.convert(I2F, 0)).fma(less, f).intoMemorySegment(MEMORY, to + 576, ORDER);
    }
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
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s, ORDER);
      IntVector e = IntVector.fromMemorySegment(INTS, MEMORY, s + SCALES, ORDER);
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
