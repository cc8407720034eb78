package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;

import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exact sums of nibbles times activations over blocks of 32 columns of a panel in {@link
 * PackedLayout#NIBBLES}, without unpacking. With w = n₀ + 2⁴n₁ + 2⁸n₂ + 2¹²n₃ in a 16-bit lane,
 *
 * <pre>Σ nᵢxᵢ = w·x₀ + (w ≫ 4)(x₁ − 2⁴x₀) + (w ≫ 8)(x₂ − 2⁴x₁) + (w ≫ 12)(x₃ − 2⁴x₂)</pre>
 *
 * holds modulo 2¹⁶, so lanes may wrap around as they like: the sum of a block, started at −8Σx, is
 * at most 8 · 127 · 32 and fits. {@link Activations} holds the differences.
 *
 * <p>Flat on purpose: C2 keeps vectors in registers only within one method of moderate size.
 */
final class NibbleSums {
  private static final int STEPS = 8;
  private static final int LANES = SHORTS.length();

  private NibbleSums() {}

  /**
   * One token: {@code sums[b · 128 + lane]} for all rows of the panel, in order of lanes.
   *
   * @param address where the span's integers of the panel's first group begin
   * @param apart from one group of rows to the next
   * @param x activations as differences, the span's from {@code at} on
   * @param starts per block, the span's from {@code block} on
   */
  static void one(
      long address,
      long apart,
      int blocks,
      short[] x,
      int at,
      short[] starts,
      int block,
      short[] sums) {
    ShortVector by4 = ShortVector.broadcast(SHORTS, 4);
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    long group = Lanes.offset(Lanes.PARTS, apart);
    for (int part = 0; part < Lanes.PARTS; part++) {
      long v = Lanes.address(address + Lanes.offset(part, apart));
      for (int b = 0; b < blocks; b++) {
        ShortVector a0 = ShortVector.broadcast(SHORTS, starts[block + b]);
        ShortVector a1 = a0;
        ShortVector a2 = a0;
        ShortVector a3 = a0;
        for (int step = 0; step < STEPS; step++) {
          int k = at + b * 32 + step * 4;
          long s = v + (b * STEPS + step) * 64L;
          ShortVector y0 = ShortVector.broadcast(SHORTS, x[k]);
          ShortVector y1 = ShortVector.broadcast(SHORTS, x[k + 1]);
          ShortVector y2 = ShortVector.broadcast(SHORTS, x[k + 2]);
          ShortVector y3 = ShortVector.broadcast(SHORTS, x[k + 3]);
          ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER);
          a0 = a0.add(w.mul(y0)).add(w.lanewise(VectorOperators.LSHR, by4).mul(y1));
          a0 = a0.add(w.lanewise(VectorOperators.LSHR, by8).mul(y2));
          a0 = a0.add(w.lanewise(VectorOperators.LSHR, by12).mul(y3));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s + group, ORDER);
          a1 = a1.add(w.mul(y0)).add(w.lanewise(VectorOperators.LSHR, by4).mul(y1));
          a1 = a1.add(w.lanewise(VectorOperators.LSHR, by8).mul(y2));
          a1 = a1.add(w.lanewise(VectorOperators.LSHR, by12).mul(y3));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s + 2 * group, ORDER);
          a2 = a2.add(w.mul(y0)).add(w.lanewise(VectorOperators.LSHR, by4).mul(y1));
          a2 = a2.add(w.lanewise(VectorOperators.LSHR, by8).mul(y2));
          a2 = a2.add(w.lanewise(VectorOperators.LSHR, by12).mul(y3));
          w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s + 3 * group, ORDER);
          a3 = a3.add(w.mul(y0)).add(w.lanewise(VectorOperators.LSHR, by4).mul(y1));
          a3 = a3.add(w.lanewise(VectorOperators.LSHR, by8).mul(y2));
          a3 = a3.add(w.lanewise(VectorOperators.LSHR, by12).mul(y3));
        }
        int to = b * PackedLayout.PANEL + part * LANES;
        a0.intoArray(sums, to);
        a1.intoArray(sums, to + PackedLayout.GROUP);
        a2.intoArray(sums, to + 2 * PackedLayout.GROUP);
        a3.intoArray(sums, to + 3 * PackedLayout.GROUP);
      }
    }
  }

  /**
   * Four tokens, which share the loads and shifts of weights: {@code sums[t · 4096 + b · 128 +
   * lane]}. Token t's activations begin at {@code at + t · next}, its starts at {@code block + t ·
   * next / 32}.
   */
  static void four(
      long address,
      long apart,
      int blocks,
      short[] x,
      int at,
      int next,
      short[] starts,
      int block,
      short[] sums) {
    ShortVector by4 = ShortVector.broadcast(SHORTS, 4);
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    for (int pair = 0; pair < 2 * Lanes.PARTS; pair++) {
      // The same part of two groups of rows.
      int vector = pair / Lanes.PARTS * 2 * Lanes.PARTS + pair % Lanes.PARTS;
      long v = Lanes.address(address + Lanes.offset(vector, apart));
      long other = Lanes.address(address + Lanes.offset(vector + Lanes.PARTS, apart));
      for (int b = 0; b < blocks; b++) {
        int start = block + b;
        int nextStart = next / 32;
        ShortVector a00 = ShortVector.broadcast(SHORTS, starts[start]);
        ShortVector a01 = a00;
        ShortVector a10 = ShortVector.broadcast(SHORTS, starts[start + nextStart]);
        ShortVector a11 = a10;
        ShortVector a20 = ShortVector.broadcast(SHORTS, starts[start + 2 * nextStart]);
        ShortVector a21 = a20;
        ShortVector a30 = ShortVector.broadcast(SHORTS, starts[start + 3 * nextStart]);
        ShortVector a31 = a30;
        int k0 = at + b * 32;
        int k1 = k0 + next;
        int k2 = k1 + next;
        int k3 = k2 + next;
        for (int step = 0; step < STEPS; step++) {
          long s = (b * STEPS + step) * 64L;
          ShortVector w0 = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + s, ORDER);
          ShortVector w1 = ShortVector.fromMemorySegment(SHORTS, MEMORY, other + s, ORDER);
          int k = step * 4;
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
          ShortVector v0 = w0.lanewise(VectorOperators.LSHR, by4);
          ShortVector v1 = w1.lanewise(VectorOperators.LSHR, by4);
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
          v0 = w0.lanewise(VectorOperators.LSHR, by8);
          v1 = w1.lanewise(VectorOperators.LSHR, by8);
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
          v0 = w0.lanewise(VectorOperators.LSHR, by12);
          v1 = w1.lanewise(VectorOperators.LSHR, by12);
          y = ShortVector.broadcast(SHORTS, x[k0 + k + 3]);
          a00 = a00.add(v0.mul(y));
          a01 = a01.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k1 + k + 3]);
          a10 = a10.add(v0.mul(y));
          a11 = a11.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k2 + k + 3]);
          a20 = a20.add(v0.mul(y));
          a21 = a21.add(v1.mul(y));
          y = ShortVector.broadcast(SHORTS, x[k3 + k + 3]);
          a30 = a30.add(v0.mul(y));
          a31 = a31.add(v1.mul(y));
        }
        int to = b * PackedLayout.PANEL + vector * LANES;
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
