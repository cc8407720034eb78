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
   * @param starts per 8 columns in the upper half, the span's from {@code eighth} on
   */
  static void one(
      long address,
      long apart,
      int blocks,
      short[] x,
      int at,
      int[] starts,
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
        ShortVector a = ShortVector.broadcast(SHORTS, starts[eighth + e] >> 16).add(w.mul(x[k]));
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
}
