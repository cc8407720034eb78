package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;

import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exact sums of 6-bit integers times activations over groups of 8 columns of a panel in {@link
 * PackedLayout#SIXES}; the arithmetic modulo 2¹⁶ of {@link NibbleSums} with 2⁶ in place of 2⁴. Sums
 * of 8 products of at most 32 · 127 fit a lane.
 */
final class SixSums {
  private static final int STEP = PackedLayout.GROUPS * 64;
  private static final int WIDTH = SHORTS.vectorByteSize();
  private static final int LANES = SHORTS.length();
  /* Multipliers of 8 columns. */
  private static final int FACTORS = Multipliers.SIX_FACTORS;

  private SixSums() {}

  /**
   * One token: {@code sums[e · 128 + lane]} for group e of 8 columns.
   *
   * @param address of the panel's span
   * @param x multipliers in the order of {@link Multipliers}, the span's from {@code at} on
   * @param starts per 8 columns, the span's from {@code eighth} on
   */
  static void one(
      long address,
      int blocks,
      short[] x,
      int at,
      short[] starts,
      int eighth,
      short[] sums,
      int first) {
    ShortVector by6 = ShortVector.broadcast(SHORTS, 6);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    ShortVector by14 = ShortVector.broadcast(SHORTS, 14);
    for (int half = 0; half < 2 * blocks; half++) {
      long from = address + (long) half * (6 * STEP);
      int k = at + half * 2 * FACTORS;
      int e = eighth + half * 2;
      for (int vector = 0; vector < 4 * Lanes.PARTS; vector++) {
        long v = Lanes.address(from + (long) vector * WIDTH);
        ShortVector a = ShortVector.broadcast(SHORTS, starts[e]);
        ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v, ORDER);
        a = a.add(w.mul(x[k])).add(w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 1]));
        a = a.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 2]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + STEP, ORDER);
        a = a.add(w.mul(x[k + 3])).add(w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 4]));
        a = a.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 5]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 2 * STEP, ORDER);
        a = a.add(w.mul(x[k + 6])).add(w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 7]));
        a = a.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 8]));
        a = a.add(w.lanewise(VectorOperators.LSHR, by14).mul(x[k + 9]));
        ShortVector c = ShortVector.broadcast(SHORTS, starts[e + 1]);
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 3 * STEP, ORDER);
        c = c.add(w.mul(x[k + 10])).add(w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 11]));
        c = c.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 12]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 4 * STEP, ORDER);
        c = c.add(w.mul(x[k + 13])).add(w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 14]));
        c = c.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 15]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 5 * STEP, ORDER);
        c = c.add(w.mul(x[k + 16])).add(w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 17]));
        c = c.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 18]));
        c = c.add(w.lanewise(VectorOperators.LSHR, by14).mul(x[k + 19]));
        int to = first + half * 2 * PackedLayout.PANEL + vector * LANES;
        a.intoArray(sums, to);
        c.intoArray(sums, to + PackedLayout.PANEL);
      }
    }
  }

  /**
   * Four tokens: {@code sums[t · 4096 + e · 128 + lane]}. Token t's multipliers begin at {@code at
   * + t · next}, its starts at {@code eighth + t · next / 10}.
   */
  static void four(
      long address,
      int blocks,
      short[] x,
      int at,
      int next,
      short[] starts,
      int eighth,
      short[] sums,
      int first) {
    int nextEighth = next / FACTORS;
    ShortVector by6 = ShortVector.broadcast(SHORTS, 6);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    ShortVector by14 = ShortVector.broadcast(SHORTS, 14);
    for (int e = 0; e < 4 * blocks; e++) {
      long from = address + (long) e * (3 * STEP);
      for (int pair = 0; pair < 2 * Lanes.PARTS; pair++) {
        long v = Lanes.address(from + pair * 2L * WIDTH);
        int start = eighth + e;
        ShortVector a00 = ShortVector.broadcast(SHORTS, starts[start]);
        ShortVector a01 = a00;
        ShortVector a10 = ShortVector.broadcast(SHORTS, starts[start + nextEighth]);
        ShortVector a11 = a10;
        ShortVector a20 = ShortVector.broadcast(SHORTS, starts[start + 2 * nextEighth]);
        ShortVector a21 = a20;
        ShortVector a30 = ShortVector.broadcast(SHORTS, starts[start + 3 * nextEighth]);
        ShortVector a31 = a30;
        int k0 = at + e * FACTORS;
        int k1 = k0 + next;
        int k2 = k1 + next;
        int k3 = k2 + next;
        for (int step = 0; step < 3; step++) {
          // The last lane's third multiplier meets it at 12 and a fourth at 14.
          ShortVector w0 = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + step * STEP, ORDER);
          ShortVector w1 =
              ShortVector.fromMemorySegment(SHORTS, MEMORY, v + step * STEP + WIDTH, ORDER);
          int k = step * 3;
          ShortVector y = ShortVector.broadcast(SHORTS, x[k0 + k]);
          a00 = a00.add(w0.mul(y));
          a01 = a01.add(w1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k1 + k]);
          a10 = a10.add(w0.mul(y));
          a11 = a11.add(w1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k2 + k]);
          a20 = a20.add(w0.mul(y));
          a21 = a21.add(w1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k3 + k]);
          a30 = a30.add(w0.mul(y));
          a31 = a31.add(w1.mul(y));
          ShortVector v0 = w0.lanewise(VectorOperators.LSHR, by6);
          ShortVector v1 = w1.lanewise(VectorOperators.LSHR, by6);
          y = ShortVector.broadcast(SHORTS, x[k0 + k + 1]);
          a00 = a00.add(v0.mul(y));
          a01 = a01.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k1 + k + 1]);
          a10 = a10.add(v0.mul(y));
          a11 = a11.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k2 + k + 1]);
          a20 = a20.add(v0.mul(y));
          a21 = a21.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k3 + k + 1]);
          a30 = a30.add(v0.mul(y));
          a31 = a31.add(v1.mul(y));
          v0 = w0.lanewise(VectorOperators.LSHR, by12);
          v1 = w1.lanewise(VectorOperators.LSHR, by12);
          y = ShortVector.broadcast(SHORTS, x[k0 + k + 2]);
          a00 = a00.add(v0.mul(y));
          a01 = a01.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k1 + k + 2]);
          a10 = a10.add(v0.mul(y));
          a11 = a11.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k2 + k + 2]);
          a20 = a20.add(v0.mul(y));
          a21 = a21.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k3 + k + 2]);
          a30 = a30.add(v0.mul(y));
          a31 = a31.add(v1.mul(y));
        }
        ShortVector w0 = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 2 * STEP, ORDER);
        ShortVector w1 = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + 2 * STEP + WIDTH, ORDER);
        w0 = w0.lanewise(VectorOperators.LSHR, by14);
        w1 = w1.lanewise(VectorOperators.LSHR, by14);
        a00 = a00.add(w0.mul(x[k0 + 9]));
        a01 = a01.add(w1.mul(x[k0 + 9]));
        a10 = a10.add(w0.mul(x[k1 + 9]));
        a11 = a11.add(w1.mul(x[k1 + 9]));
        a20 = a20.add(w0.mul(x[k2 + 9]));
        a21 = a21.add(w1.mul(x[k2 + 9]));
        a30 = a30.add(w0.mul(x[k3 + 9]));
        a31 = a31.add(w1.mul(x[k3 + 9]));
        int to = first + e * PackedLayout.PANEL + pair * 2 * LANES;
        a00.intoArray(sums, to);
        a01.intoArray(sums, to + LANES);
        a10.intoArray(sums, to + SpanSums.LANES);
        a11.intoArray(sums, to + SpanSums.LANES + LANES);
        a20.intoArray(sums, to + 2 * SpanSums.LANES);
        a21.intoArray(sums, to + 2 * SpanSums.LANES + LANES);
        a30.intoArray(sums, to + 3 * SpanSums.LANES);
        a31.intoArray(sums, to + 3 * SpanSums.LANES + LANES);
      }
    }
  }
}
