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
  private static final int LANES = SHORTS.length();
  /* Multipliers of 8 columns. */
  private static final int FACTORS = Multipliers.SIX_FACTORS;

  private SixSums() {}

  /**
   * One token: {@code sums[e · 128 + lane]} for group e of 8 columns.
   *
   * @param address where the span's integers of the panel's first group begin
   * @param apart from one group of rows to the next
   * @param x multipliers in the order of {@link Multipliers}, the span's from {@code at} on
   * @param starts per 8 columns, the span's from {@code eighth} on
   */
  static void one(
      long address,
      long apart,
      int blocks,
      short[] x,
      int at,
      short[] starts,
      int eighth,
      short[] sums) {
    ShortVector by6 = ShortVector.broadcast(SHORTS, 6);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    ShortVector by14 = ShortVector.broadcast(SHORTS, 14);
    for (int vector = 0; vector < PackedLayout.GROUPS * Lanes.PARTS; vector++) {
      long v = Lanes.address(address + Lanes.offset(vector, apart));
      int to = vector * LANES;
      for (int e = 0; e < 4 * blocks; e++) {
        int k = at + e * FACTORS;
        long s = v + e * 192L;
        ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER);
        ShortVector a = ShortVector.broadcast(SHORTS, starts[eighth + e]).add(w.mul(x[k]));
        ShortVector c = w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 1]);
        a = a.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 2]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s + 64, ORDER);
        c = c.add(w.mul(x[k + 3]));
        a = a.add(w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 4]));
        c = c.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 5]));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s + 128, ORDER);
        a = a.add(w.mul(x[k + 6]));
        c = c.add(w.lanewise(VectorOperators.LSHR, by6).mul(x[k + 7]));
        a = a.add(w.lanewise(VectorOperators.LSHR, by12).mul(x[k + 8]));
        c = c.add(w.lanewise(VectorOperators.LSHR, by14).mul(x[k + 9]));
        a.add(c).intoArray(sums, to + e * PackedLayout.PANEL);
      }
    }
  }

  /**
   * Four tokens: {@code sums[t · 4096 + e · 128 + lane]}. Token t's multipliers begin at {@code at
   * + t · next}, its starts at {@code eighth + t · next / 10}.
   */
  static void four(
      long address,
      long apart,
      int blocks,
      short[] x,
      int at,
      int next,
      short[] starts,
      int eighth,
      short[] sums) {
    int nextEighth = next / FACTORS;
    ShortVector by6 = ShortVector.broadcast(SHORTS, 6);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    ShortVector by14 = ShortVector.broadcast(SHORTS, 14);
    for (int pair = 0; pair < 2 * Lanes.PARTS; pair++) {
      // The same part of two groups of rows.
      int vector = pair / Lanes.PARTS * 2 * Lanes.PARTS + pair % Lanes.PARTS;
      long v = Lanes.address(address + Lanes.offset(vector, apart));
      long other = Lanes.address(address + Lanes.offset(vector + Lanes.PARTS, apart));
      for (int e = 0; e < 4 * blocks; e++) {
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
          long s = (e * 3 + step) * 64L;
          ShortVector w0 = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + s, ORDER);
          ShortVector w1 = ShortVector.fromMemorySegment(SHORTS, MEMORY, other + s, ORDER);
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
        long s = (e * 3 + 2) * 64L;
        ShortVector w0 = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + s, ORDER);
        ShortVector w1 = ShortVector.fromMemorySegment(SHORTS, MEMORY, other + s, ORDER);
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
        int to = e * PackedLayout.PANEL + vector * LANES;
        int next1 = to + PackedLayout.GROUP;
        a00.intoArray(sums, to);
        a01.intoArray(sums, next1);
        a10.intoArray(sums, to + SpanSums.LANES);
        a11.intoArray(sums, next1 + SpanSums.LANES);
        a20.intoArray(sums, to + 2 * SpanSums.LANES);
        a21.intoArray(sums, next1 + 2 * SpanSums.LANES);
        a30.intoArray(sums, to + 3 * SpanSums.LANES);
        a31.intoArray(sums, next1 + 3 * SpanSums.LANES);
      }
    }
  }
}
