package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exact sums of 6-bit integers times activations over halves of blocks (16 columns) of a panel in
 * {@link PackedLayout#SIXES}; the arithmetic modulo 2¹⁶ of {@link NibbleSums} with 2⁶ in place of
 * 2⁴. Sums of 8 values of at most 32 · 127 fit a lane, two of them make the sum of a half.
 */
final class SixSums {
  private static final int STEP = PackedLayout.GROUPS * 64;
  private static final int WIDTH = SHORTS.vectorByteSize();
  /* Multipliers of 8 columns. */
  private static final int FACTORS = Multipliers.SIX_FACTORS;

  private SixSums() {}

  /**
   * One token: {@code sums[h · 128 + row]} for half h of the span.
   *
   * @param address of the panel's span
   * @param x multipliers in the order of {@link Multipliers}, the span's from {@code at} on
   * @param starts per 8 columns, the span's from {@code eighth} on
   */
  static void one(
      long address, int blocks, short[] x, int at, short[] starts, int eighth, int[] sums) {
    for (int half = 0; half < 2 * blocks; half++) {
      long from = address + (long) half * (6 * STEP);
      int k = at + half * 2 * FACTORS;
      int e = eighth + half * 2;
      for (int vector = 0; vector < 4 * Lanes.PARTS; vector++) {
        long v = Lanes.address(from + (long) vector * WIDTH);
        ShortVector a = ShortVector.broadcast(SHORTS, starts[e]);
        ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v, ORDER);
        a = a.add(w.mul(x[k])).add(w.lanewise(VectorOperators.LSHR, 6).mul(x[k + 1]));
        a = a.add(w.lanewise(VectorOperators.LSHR, 12).mul(x[k + 2]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + STEP, ORDER);
        a = a.add(w.mul(x[k + 3])).add(w.lanewise(VectorOperators.LSHR, 6).mul(x[k + 4]));
        a = a.add(w.lanewise(VectorOperators.LSHR, 12).mul(x[k + 5]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 2 * STEP, ORDER);
        a = a.add(w.mul(x[k + 6])).add(w.lanewise(VectorOperators.LSHR, 6).mul(x[k + 7]));
        a = a.add(w.lanewise(VectorOperators.LSHR, 12).mul(x[k + 8]));
        a = a.add(w.lanewise(VectorOperators.LSHR, 14).mul(x[k + 9]));
        ShortVector c = ShortVector.broadcast(SHORTS, starts[e + 1]);
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 3 * STEP, ORDER);
        c = c.add(w.mul(x[k + 10])).add(w.lanewise(VectorOperators.LSHR, 6).mul(x[k + 11]));
        c = c.add(w.lanewise(VectorOperators.LSHR, 12).mul(x[k + 12]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 4 * STEP, ORDER);
        c = c.add(w.mul(x[k + 13])).add(w.lanewise(VectorOperators.LSHR, 6).mul(x[k + 14]));
        c = c.add(w.lanewise(VectorOperators.LSHR, 12).mul(x[k + 15]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 5 * STEP, ORDER);
        c = c.add(w.mul(x[k + 16])).add(w.lanewise(VectorOperators.LSHR, 6).mul(x[k + 17]));
        c = c.add(w.lanewise(VectorOperators.LSHR, 12).mul(x[k + 18]));
        c = c.add(w.lanewise(VectorOperators.LSHR, 14).mul(x[k + 19]));
        Lanes.widenBoth(a, c, sums, half * PackedLayout.PANEL + Lanes.row(vector));
      }
    }
  }

  /**
   * Four tokens: {@code sums[t · 2048 + h · 128 + row]}. Token t's multipliers begin at {@code at +
   * t · next}, its starts at {@code eighth + t · next / 10}.
   */
  static void four(
      long address,
      int blocks,
      short[] x,
      int at,
      int next,
      short[] starts,
      int eighth,
      int[] sums) {
    int nextEighth = next / FACTORS;
    for (int half = 0; half < 2 * blocks; half++) {
      long from = address + (long) half * (6 * STEP);
      for (int vector = 0; vector < 4 * Lanes.PARTS; vector++) {
        long v = Lanes.address(from + (long) vector * WIDTH);
        int to = half * PackedLayout.PANEL + Lanes.row(vector);
        IntVector lo0 = IntVector.zero(INTS);
        IntVector lo1 = lo0;
        IntVector lo2 = lo0;
        IntVector lo3 = lo0;
        IntVector hi0 = lo0;
        IntVector hi1 = lo0;
        IntVector hi2 = lo0;
        IntVector hi3 = lo0;
        for (int part = 0; part < 2; part++) {
          int e = eighth + half * 2 + part;
          ShortVector a0 = ShortVector.broadcast(SHORTS, starts[e]);
          ShortVector a1 = ShortVector.broadcast(SHORTS, starts[e + nextEighth]);
          ShortVector a2 = ShortVector.broadcast(SHORTS, starts[e + 2 * nextEighth]);
          ShortVector a3 = ShortVector.broadcast(SHORTS, starts[e + 3 * nextEighth]);
          int k = at + (half * 2 + part) * FACTORS;
          for (int step = 0; step < 3; step++) {
            long s = v + (part * 3 + step) * STEP;
            ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER);
            for (int n = 0; n < 3; n++) {
              a0 = a0.add(w.mul(x[k]));
              a1 = a1.add(w.mul(x[k + next]));
              a2 = a2.add(w.mul(x[k + 2 * next]));
              a3 = a3.add(w.mul(x[k + 3 * next]));
              w = w.lanewise(VectorOperators.LSHR, 6);
              k++;
            }
          }
          long s = v + (part * 3 + 2) * STEP;
          ShortVector w =
              ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER)
                  .lanewise(VectorOperators.LSHR, 14);
          a0 = a0.add(w.mul(x[k]));
          lo0 = lo0.add(Lanes.low(a0));
          hi0 = hi0.add(Lanes.high(a0));
          a1 = a1.add(w.mul(x[k + next]));
          lo1 = lo1.add(Lanes.low(a1));
          hi1 = hi1.add(Lanes.high(a1));
          a2 = a2.add(w.mul(x[k + 2 * next]));
          lo2 = lo2.add(Lanes.low(a2));
          hi2 = hi2.add(Lanes.high(a2));
          a3 = a3.add(w.mul(x[k + 3 * next]));
          lo3 = lo3.add(Lanes.low(a3));
          hi3 = hi3.add(Lanes.high(a3));
        }
        lo0.intoArray(sums, to);
        hi0.intoArray(sums, to + 16);
        lo1.intoArray(sums, to + 2 * Lanes.TOKEN);
        hi1.intoArray(sums, to + 2 * Lanes.TOKEN + 16);
        lo2.intoArray(sums, to + 4 * Lanes.TOKEN);
        hi2.intoArray(sums, to + 4 * Lanes.TOKEN + 16);
        lo3.intoArray(sums, to + 6 * Lanes.TOKEN);
        hi3.intoArray(sums, to + 6 * Lanes.TOKEN + 16);
      }
    }
  }
}
