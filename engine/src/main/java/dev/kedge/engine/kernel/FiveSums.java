package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.ShortVector;

/**
 * Exact sums of 5-bit integers times activations over groups of 16 columns of a panel in {@link
 * PackedLayout#FIVES}; the arithmetic modulo 2¹⁶ of {@link NibbleSums} with 2⁵ in place of 2⁴. A
 * lane's top bit is bit i of the sixteenth integer, so it meets {@code 2ⁱx₁₅} less 2⁵ times what
 * the integer below it meets. Sums of 16 products of at most 16 · 127 fit a lane.
 */
final class FiveSums {
  /** Vectors of 16 columns, and bytes from these to the next 16. */
  private static final int STEPS = 5;

  private static final long BYTES = 64L * STEPS;
  private static final int LANES = SHORTS.length();
  private static final int FACTORS = Multipliers.FIVE_FACTORS;

  private FiveSums() {}

  /**
   * One token and one block, all four groups of rows side by side, so that each load walks through
   * one stream: to {@code to}, [half of the block][group], every vector in one line of the cache.
   *
   * @param integers of the block, of the first group
   * @param apart from one group's to the next's
   * @param block among those of {@code x}
   */
  static void block(long integers, long apart, Multipliers x, int block, long to) {
    short[] y = x.fives;
    short[] starts = x.fiveStarts;
    ShortVector by5 = ShortVector.broadcast(SHORTS, 5);
    ShortVector by10 = ShortVector.broadcast(SHORTS, 10);
    ShortVector by15 = ShortVector.broadcast(SHORTS, 15);
    for (int half = 0; half < 2; half++) {
      int e = 2 * block + half;
      long s0 = Lanes.address(integers + half * BYTES);
      long s1 = Lanes.address(s0 + apart);
      long s2 = Lanes.address(s1 + apart);
      long s3 = Lanes.address(s2 + apart);
      ShortVector a0 = ShortVector.broadcast(SHORTS, starts[e]);
      ShortVector a1 = a0;
      ShortVector a2 = a0;
      ShortVector a3 = a0;
      for (int step = 0; step < STEPS; step++) {
        int k = e * FACTORS + step * 4;
        ShortVector y0 = ShortVector.broadcast(SHORTS, y[k]);
        ShortVector y1 = ShortVector.broadcast(SHORTS, y[k + 1]);
        ShortVector y2 = ShortVector.broadcast(SHORTS, y[k + 2]);
        ShortVector y3 = ShortVector.broadcast(SHORTS, y[k + 3]);
        ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + step * 64L, ORDER);
        a0 = a0.add(w.mul(y0)).add(w.lanewise(LSHR, by5).mul(y1));
        a0 = a0.add(w.lanewise(LSHR, by10).mul(y2)).add(w.lanewise(LSHR, by15).mul(y3));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + step * 64L, ORDER);
        a1 = a1.add(w.mul(y0)).add(w.lanewise(LSHR, by5).mul(y1));
        a1 = a1.add(w.lanewise(LSHR, by10).mul(y2)).add(w.lanewise(LSHR, by15).mul(y3));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + step * 64L, ORDER);
        a2 = a2.add(w.mul(y0)).add(w.lanewise(LSHR, by5).mul(y1));
        a2 = a2.add(w.lanewise(LSHR, by10).mul(y2)).add(w.lanewise(LSHR, by15).mul(y3));
        w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + step * 64L, ORDER);
        a3 = a3.add(w.mul(y0)).add(w.lanewise(LSHR, by5).mul(y1));
        a3 = a3.add(w.lanewise(LSHR, by10).mul(y2)).add(w.lanewise(LSHR, by15).mul(y3));
      }
      long out = Lanes.address(to + half * 256L);
      a0.intoMemorySegment(MEMORY, out, ORDER);
      a1.intoMemorySegment(MEMORY, out + 64, ORDER);
      a2.intoMemorySegment(MEMORY, out + 128, ORDER);
      a3.intoMemorySegment(MEMORY, out + 192, ORDER);
    }
  }

  /**
   * One token: {@code sums[e · 128 + lane]} for group e of 16 columns.
   *
   * @param address where the span's integers of the panel's first group begin
   * @param apart from one group of rows to the next
   * @param x of which the span's first block is {@code block}
   */
  static void one(long address, long apart, int blocks, Multipliers x, int block, short[] sums) {
    short[] y = x.fives;
    ShortVector by5 = ShortVector.broadcast(SHORTS, 5);
    ShortVector by10 = ShortVector.broadcast(SHORTS, 10);
    ShortVector by15 = ShortVector.broadcast(SHORTS, 15);
    for (int vector = 0; vector < PackedLayout.GROUPS * Lanes.PARTS; vector++) {
      long v = Lanes.address(address + Lanes.offset(vector, apart));
      for (int e = 0; e < 2 * blocks; e++) {
        ShortVector a = ShortVector.broadcast(SHORTS, x.fiveStarts[2 * block + e]);
        ShortVector c = ShortVector.zero(SHORTS);
        for (int step = 0; step < STEPS; step++) {
          int k = (2 * block + e) * FACTORS + step * 4;
          long s = v + e * BYTES + step * 64L;
          ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER);
          a = a.add(w.mul(y[k])).add(w.lanewise(LSHR, by10).mul(y[k + 2]));
          c = c.add(w.lanewise(LSHR, by5).mul(y[k + 1]));
          c = c.add(w.lanewise(LSHR, by15).mul(y[k + 3]));
        }
        a.add(c).intoArray(sums, e * PackedLayout.PANEL + vector * LANES);
      }
    }
  }

  /**
   * Four tokens: {@code sums[t · 4096 + e · 128 + lane]}, each token's first block being {@code
   * blocks} behind the one before.
   */
  static void four(
      long address, long apart, int count, Multipliers x, int block, int blocks, short[] sums) {
    short[] y = x.fives;
    short[] starts = x.fiveStarts;
    int next = 2 * blocks;
    ShortVector by5 = ShortVector.broadcast(SHORTS, 5);
    ShortVector by10 = ShortVector.broadcast(SHORTS, 10);
    ShortVector by15 = ShortVector.broadcast(SHORTS, 15);
    for (int pair = 0; pair < 2 * Lanes.PARTS; pair++) {
      // The same part of two groups of rows.
      int vector = pair / Lanes.PARTS * 2 * Lanes.PARTS + pair % Lanes.PARTS;
      long v = Lanes.address(address + Lanes.offset(vector, apart));
      long other = Lanes.address(address + Lanes.offset(vector + Lanes.PARTS, apart));
      for (int e = 0; e < 2 * count; e++) {
        int start = 2 * block + e;
        ShortVector a00 = ShortVector.broadcast(SHORTS, starts[start]);
        ShortVector a01 = a00;
        ShortVector a10 = ShortVector.broadcast(SHORTS, starts[start + next]);
        ShortVector a11 = a10;
        ShortVector a20 = ShortVector.broadcast(SHORTS, starts[start + 2 * next]);
        ShortVector a21 = a20;
        ShortVector a30 = ShortVector.broadcast(SHORTS, starts[start + 3 * next]);
        ShortVector a31 = a30;
        for (int step = 0; step < STEPS; step++) {
          long s = e * BYTES + step * 64L;
          ShortVector w0 = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + s, ORDER);
          ShortVector w1 = ShortVector.fromMemorySegment(SHORTS, MEMORY, other + s, ORDER);
          int k0 = start * FACTORS + step * 4;
          int k1 = k0 + next * FACTORS;
          int k2 = k1 + next * FACTORS;
          int k3 = k2 + next * FACTORS;
          ShortVector f = ShortVector.broadcast(SHORTS, y[k0]);
          a00 = a00.add(w0.mul(f));
          a01 = a01.add(w1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k1]);
          a10 = a10.add(w0.mul(f));
          a11 = a11.add(w1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k2]);
          a20 = a20.add(w0.mul(f));
          a21 = a21.add(w1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k3]);
          a30 = a30.add(w0.mul(f));
          a31 = a31.add(w1.mul(f));
          ShortVector v0 = w0.lanewise(LSHR, by5);
          ShortVector v1 = w1.lanewise(LSHR, by5);
          f = ShortVector.broadcast(SHORTS, y[k0 + 1]);
          a00 = a00.add(v0.mul(f));
          a01 = a01.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k1 + 1]);
          a10 = a10.add(v0.mul(f));
          a11 = a11.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k2 + 1]);
          a20 = a20.add(v0.mul(f));
          a21 = a21.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k3 + 1]);
          a30 = a30.add(v0.mul(f));
          a31 = a31.add(v1.mul(f));
          v0 = w0.lanewise(LSHR, by10);
          v1 = w1.lanewise(LSHR, by10);
          f = ShortVector.broadcast(SHORTS, y[k0 + 2]);
          a00 = a00.add(v0.mul(f));
          a01 = a01.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k1 + 2]);
          a10 = a10.add(v0.mul(f));
          a11 = a11.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k2 + 2]);
          a20 = a20.add(v0.mul(f));
          a21 = a21.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k3 + 2]);
          a30 = a30.add(v0.mul(f));
          a31 = a31.add(v1.mul(f));
          v0 = w0.lanewise(LSHR, by15);
          v1 = w1.lanewise(LSHR, by15);
          f = ShortVector.broadcast(SHORTS, y[k0 + 3]);
          a00 = a00.add(v0.mul(f));
          a01 = a01.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k1 + 3]);
          a10 = a10.add(v0.mul(f));
          a11 = a11.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k2 + 3]);
          a20 = a20.add(v0.mul(f));
          a21 = a21.add(v1.mul(f));
          f = ShortVector.broadcast(SHORTS, y[k3 + 3]);
          a30 = a30.add(v0.mul(f));
          a31 = a31.add(v1.mul(f));
        }
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
