package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exact sums of bytes times activations over blocks of 32 columns of a panel in {@link
 * PackedLayout#BYTES}. A lane w holds u = q₀ + 128 below and q₁ above, so
 *
 * <pre>w·x₀ + (w ≫ 8)(x₁ − 2⁸x₀) − 128x₀ = q₀x₀ + q₁x₁</pre>
 *
 * modulo 2¹⁶, and the right side fits. Pairs of lanes are then added as ints: the upper lane is
 * added in the upper half of one accumulator and, moved down, in another, which at the end is taken
 * away from the first. The lower lane is kept positive by 2¹⁵, so nothing is borrowed.
 */
final class ByteSums {
  private static final int STEPS = 16;
  private static final int BIAS = -STEPS << 15;

  private ByteSums() {}

  /**
   * One token: {@code sums[b · 128 + row]}.
   *
   * @param address where the span's integers of the panel's first group begin
   * @param apart from one group of rows to the next
   * @param x {@code x₀, x₁ − 2⁸x₀} per pair of columns, the span's from {@code at} on
   * @param starts {@code −128x₀ + 2¹⁵} below and {@code −128x₀} above, per pair
   */
  static void one(
      long address, long apart, int blocks, short[] x, int at, int[] starts, int[] sums) {
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    IntVector by16 = IntVector.broadcast(INTS, 16);
    for (int vector = 0; vector < PackedLayout.GROUPS * Lanes.PARTS; vector++) {
      long v = Lanes.address(address + Lanes.offset(vector, apart));
      for (int b = 0; b < blocks; b++) {
        IntVector all = IntVector.broadcast(INTS, BIAS);
        IntVector upper = IntVector.zero(INTS);
        for (int step = 0; step < STEPS; step++) {
          int k = at + b * 32 + 2 * step;
          long s = v + (b * STEPS + step) * 64L;
          ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER);
          ShortVector p = IntVector.broadcast(INTS, starts[k / 2]).reinterpretAsShorts();
          p = p.add(w.mul(x[k])).add(w.lanewise(VectorOperators.ASHR, by8).mul(x[k + 1]));
          all = all.add(p.reinterpretAsInts());
          upper = upper.add(p.reinterpretAsInts().lanewise(VectorOperators.ASHR, by16));
        }
        int to = b * PackedLayout.PANEL + Lanes.row(vector);
        all.sub(upper.lanewise(VectorOperators.LSHL, 16)).intoArray(sums, to);
        upper.intoArray(sums, to + 16);
      }
    }
  }

  /**
   * Four tokens: {@code sums[t · 1024 + b · 128 + row]}. Token t's activations begin at {@code at +
   * t · next}.
   */
  static void four(
      long address, long apart, int blocks, short[] x, int at, int next, int[] starts, int[] sums) {
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    IntVector by16 = IntVector.broadcast(INTS, 16);
    for (int vector = 0; vector < PackedLayout.GROUPS * Lanes.PARTS; vector++) {
      long v = Lanes.address(address + Lanes.offset(vector, apart));
      for (int b = 0; b < blocks; b++) {
        IntVector all0 = IntVector.broadcast(INTS, BIAS);
        IntVector all1 = all0;
        IntVector all2 = all0;
        IntVector all3 = all0;
        IntVector upper0 = IntVector.zero(INTS);
        IntVector upper1 = upper0;
        IntVector upper2 = upper0;
        IntVector upper3 = upper0;
        for (int step = 0; step < STEPS; step++) {
          int k = at + b * 32 + 2 * step;
          long s = v + (b * STEPS + step) * 64L;
          ShortVector w = ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER);
          ShortVector h = w.lanewise(VectorOperators.ASHR, by8);
          ShortVector p = IntVector.broadcast(INTS, starts[k / 2]).reinterpretAsShorts();
          p = p.add(w.mul(x[k])).add(h.mul(x[k + 1]));
          all0 = all0.add(p.reinterpretAsInts());
          upper0 = upper0.add(p.reinterpretAsInts().lanewise(VectorOperators.ASHR, by16));
          k += next;
          p = IntVector.broadcast(INTS, starts[k / 2]).reinterpretAsShorts();
          p = p.add(w.mul(x[k])).add(h.mul(x[k + 1]));
          all1 = all1.add(p.reinterpretAsInts());
          upper1 = upper1.add(p.reinterpretAsInts().lanewise(VectorOperators.ASHR, by16));
          k += next;
          p = IntVector.broadcast(INTS, starts[k / 2]).reinterpretAsShorts();
          p = p.add(w.mul(x[k])).add(h.mul(x[k + 1]));
          all2 = all2.add(p.reinterpretAsInts());
          upper2 = upper2.add(p.reinterpretAsInts().lanewise(VectorOperators.ASHR, by16));
          k += next;
          p = IntVector.broadcast(INTS, starts[k / 2]).reinterpretAsShorts();
          p = p.add(w.mul(x[k])).add(h.mul(x[k + 1]));
          all3 = all3.add(p.reinterpretAsInts());
          upper3 = upper3.add(p.reinterpretAsInts().lanewise(VectorOperators.ASHR, by16));
        }
        int to = b * PackedLayout.PANEL + Lanes.row(vector);
        all0.sub(upper0.lanewise(VectorOperators.LSHL, 16)).intoArray(sums, to);
        upper0.intoArray(sums, to + 16);
        all1.sub(upper1.lanewise(VectorOperators.LSHL, 16)).intoArray(sums, to + SpanSums.INTS);
        upper1.intoArray(sums, to + SpanSums.INTS + 16);
        all2.sub(upper2.lanewise(VectorOperators.LSHL, 16)).intoArray(sums, to + 2 * SpanSums.INTS);
        upper2.intoArray(sums, to + 2 * SpanSums.INTS + 16);
        all3.sub(upper3.lanewise(VectorOperators.LSHL, 16)).intoArray(sums, to + 3 * SpanSums.INTS);
        upper3.intoArray(sums, to + 3 * SpanSums.INTS + 16);
      }
    }
  }
}
