package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.kedge.engine.weights.TensorType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * One token times a panel of Q4_1, Q5_0 or Q5_1, in one pass: the exact sums of {@link NibbleSums}
 * or {@link FiveSums}, then each block's scales, as in {@link OneTokenQ5K}.
 */
final class OneTokenBlocks {
  private static final int NIBBLE_STEPS = 8;
  private static final long SCALES = PackedLayout.GROUPS * 64;

  private OneTokenBlocks() {}

  /**
   * Adds some blocks to a part of the rows of some panels.
   *
   * @param integers of the first panel's first group, of this part
   * @param apart from one group's to the next's
   * @param scales of the first block, of this part
   * @param panels that follow each other, if {@code blocks} are all of a row; otherwise 1
   * @param x the token's activations, the first block being {@code block}
   * @param scratch room for 16 vectors, each in one line of the cache: a block's sums, then [group]
   *     [half of its rows] the results
   * @param out [row]; this part's first row is {@code to}
   */
  static void blocks(
      TensorType type,
      long integers,
      long apart,
      long scales,
      int panels,
      int blocks,
      Activations x,
      int block,
      long scratch,
      float[] out,
      int to) {
    int bytes = PackedLayout.of(type).groupBytes();
    boolean fives = PackedLayout.of(type) == PackedLayout.FIVES;
    boolean minima = type != TensorType.Q5_0;
    long s = integers;
    long c = scales;
    // Of nibbles a block has one sum, of fives two.
    OneTokenSums.clear(scratch + 256, 4);
    for (int row = to; row < to + panels * PackedLayout.PANEL; row += PackedLayout.PANEL) {
      if (block == 0) OneTokenSums.clear(out, row);
      OneTokenSums.take(out, row, scratch + 512);
      for (int b = 0; b < blocks; b += SPAN_BLOCKS) {
        int count = Math.min(SPAN_BLOCKS, blocks - b);
        for (int i = 0; i < count; i++, s += bytes, c += SCALES) {
          if (fives) FiveSums.block(s, apart, x.multipliers, block + b + i, scratch);
          else nibbles(s, apart, x.multipliers, block + b + i, scratch);
          int zero = fives ? 16 : 8;
          if (minima) withMinimum(c, c + count * SCALES, x, block + b + i, zero, scratch);
          else symmetric(c, x.scales[block + b + i], scratch);
        }
        if (minima) c += count * SCALES;
      }
      OneTokenSums.give(scratch + 512, out, row);
    }
  }

  private static void nibbles(long integers, long apart, Multipliers x, int block, long scratch) {
    short[] y = x.nibbles;
    ShortVector by4 = ShortVector.broadcast(SHORTS, 4);
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    long s0 = Lanes.address(integers);
    long s1 = Lanes.address(s0 + apart);
    long s2 = Lanes.address(s1 + apart);
    long s3 = Lanes.address(s2 + apart);
    ShortVector a0 = ShortVector.broadcast(SHORTS, x.nibbleStarts[block]);
    ShortVector a1 = a0;
    ShortVector a2 = a0;
    ShortVector a3 = a0;
    for (int step = 0; step < NIBBLE_STEPS; step++) {
      int k = block * 32 + step * 4;
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
    long to = Lanes.address(scratch);
    a0.intoMemorySegment(MEMORY, to, ORDER);
    a1.intoMemorySegment(MEMORY, to + 64, ORDER);
    a2.intoMemorySegment(MEMORY, to + 128, ORDER);
    a3.intoMemorySegment(MEMORY, to + 192, ORDER);
  }

  private static void symmetric(long scales, float by, long scratch) {
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector place = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    FloatVector factor = FloatVector.broadcast(FLOATS, by);
    long s = Lanes.address(scales);
    long sums = Lanes.address(scratch);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      long at = sums + group * 64L;
      long to = sums + 512 + group * 128L;
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s + group * 64L, ORDER);
      IntVector a = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      IntVector b = IntVector.fromMemorySegment(INTS, MEMORY, at + 256, ORDER);
      IntVector exact = a.lanewise(LSHL, in16).lanewise(ASHR, in16);
      exact = exact.add(b.lanewise(LSHL, in16).lanewise(ASHR, in16));
      FloatVector scale =
          d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(place).reinterpretAsFloats().mul(power);
      FloatVector f = FloatVector.fromMemorySegment(FLOATS, MEMORY, to, ORDER);
      f = ((FloatVector) exact.convert(I2F, 0)).mul(scale).fma(factor, f);
      f.intoMemorySegment(MEMORY, to, ORDER);
      exact = a.lanewise(ASHR, in16).add(b.lanewise(ASHR, in16));
      scale = d.lanewise(ASHR, in3).and(place).reinterpretAsFloats().mul(power);
      f = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 64, ORDER);
      f = ((FloatVector) exact.convert(I2F, 0)).mul(scale).fma(factor, f);
      f.intoMemorySegment(MEMORY, to + 64, ORDER);
    }
  }

  private static void withMinimum(
      long scales, long minima, Activations x, int block, int zero, long scratch) {
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector place = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    FloatVector factor = FloatVector.broadcast(FLOATS, x.scales[block]);
    FloatVector sum = FloatVector.broadcast(FLOATS, x.sums[block]);
    IntVector all = IntVector.broadcast(INTS, zero * x.sums[block]);
    long s = Lanes.address(scales);
    long m = Lanes.address(minima);
    long sums = Lanes.address(scratch);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      long at = sums + group * 64L;
      long to = sums + 512 + group * 128L;
      IntVector d = IntVector.fromMemorySegment(INTS, MEMORY, s + group * 64L, ORDER);
      IntVector e = IntVector.fromMemorySegment(INTS, MEMORY, m + group * 64L, ORDER);
      IntVector a = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      IntVector b = IntVector.fromMemorySegment(INTS, MEMORY, at + 256, ORDER);
      IntVector exact = a.lanewise(LSHL, in16).lanewise(ASHR, in16);
      exact = exact.add(b.lanewise(LSHL, in16).lanewise(ASHR, in16)).add(all);
      FloatVector scale =
          d.lanewise(LSHL, in16).lanewise(ASHR, in3).and(place).reinterpretAsFloats().mul(power);
      FloatVector least =
          e.lanewise(LSHL, in16).lanewise(ASHR, in3).and(place).reinterpretAsFloats().mul(power);
      FloatVector f = FloatVector.fromMemorySegment(FLOATS, MEMORY, to, ORDER);
      f = scale.fma((FloatVector) exact.convert(I2F, 0), least.mul(sum)).fma(factor, f);
      f.intoMemorySegment(MEMORY, to, ORDER);
      exact = a.lanewise(ASHR, in16).add(b.lanewise(ASHR, in16)).add(all);
      scale = d.lanewise(ASHR, in3).and(place).reinterpretAsFloats().mul(power);
      least = e.lanewise(ASHR, in3).and(place).reinterpretAsFloats().mul(power);
      f = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 64, ORDER);
      f = scale.fma((FloatVector) exact.convert(I2F, 0), least.mul(sum)).fma(factor, f);
      f.intoMemorySegment(MEMORY, to + 64, ORDER);
    }
  }
}
