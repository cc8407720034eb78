package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;
import static dev.kedge.engine.kernel.TileMemory.QUAD;
import static dev.kedge.engine.kernel.TileMemory.ROWS;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The sums of {@link SixSums} for many tokens: two groups of rows times four tokens at once. Before
 * that, weights are spread out to two in a lane, which takes a fifth of the multiplications away
 * and is done once for all tokens.
 */
final class SixTiles {
  private static final int EIGHTHS = 4;
  /* Pairs of columns in 8. */
  private static final int PAIRS = 4;
  private static final long VECTORS = 3 * 64;
  /* Of a pair of columns of two groups of rows. */
  private static final long PAIR = 2 * 64;
  private static final long BLOCK_LINES = EIGHTHS * VECTORS / Prefetch.LINE;

  /** Bytes of two groups' weights of a span, spread out. */
  static final long SPREAD = SPAN_BLOCKS * EIGHTHS * PAIRS * PAIR;

  private SixTiles() {}

  /**
   * Spreads out a span of two groups of rows: {@code [8 columns][pair][64 lanes]}, two weights in a
   * lane, the second times 2⁶.
   *
   * @param address where the first group's integers of the span begin
   * @param apart from there to the second's
   */
  static void spread(long address, long apart, long to) {
    ShortVector by4 = ShortVector.broadcast(SHORTS, 4);
    ShortVector by6 = ShortVector.broadcast(SHORTS, 6);
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    ShortVector two = ShortVector.broadcast(SHORTS, 0xFFF);
    ShortVector third = ShortVector.broadcast(SHORTS, 0x30);
    ShortVector low = ShortVector.broadcast(SHORTS, 0x3C0);
    ShortVector high = ShortVector.broadcast(SHORTS, 0xC00);
    for (int vector = 0; vector < 2 * Lanes.PARTS; vector++) {
      long v = Lanes.address(address + Lanes.offset(vector, apart));
      long out = Lanes.address(to + Lanes.offset(vector, 64));
      for (int e = 0; e < SPAN_BLOCKS * EIGHTHS; e++) {
        long s = v + e * VECTORS;
        long t = out + e * (PAIRS * PAIR);
        ShortVector a = ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER);
        ShortVector b = ShortVector.fromMemorySegment(SHORTS, MEMORY, s + 64, ORDER);
        ShortVector c = ShortVector.fromMemorySegment(SHORTS, MEMORY, s + 128, ORDER);
        a.and(two).intoMemorySegment(MEMORY, t, ORDER);
        b.and(two).intoMemorySegment(MEMORY, t + PAIR, ORDER);
        c.and(two).intoMemorySegment(MEMORY, t + 2 * PAIR, ORDER);
        ShortVector d = a.lanewise(VectorOperators.LSHR, by12);
        d = d.or(c.lanewise(VectorOperators.LSHR, by8).and(third));
        d = d.or(b.lanewise(VectorOperators.LSHR, by6).and(low));
        d = d.or(c.lanewise(VectorOperators.LSHR, by4).and(high));
        d.intoMemorySegment(MEMORY, t + 3 * PAIR, ORDER);
      }
    }
  }

  /** Lines of the next blocks of each group that are asked for along with every four tokens. */
  static long lines(int tokens) {
    return Math.ceilDiv(BLOCK_LINES, Math.ceilDiv(tokens, 4));
  }

  /**
   * Sums of four tokens, {@code [8 columns][4 tokens][64 lanes]} of 16 bits; those of even lanes
   * are 2¹⁵ too large.
   *
   * @param weights as {@link #spread} leaves them
   * @param b0 the span's first block of the first token; then of the others
   * @param ahead two groups' integers to ask for, {@code apart} from each other: of each block this
   *     many {@code lines} from here on; none if 0
   */
  static void sums(
      long weights,
      Multipliers x,
      int b0,
      int b1,
      int b2,
      int b3,
      long sums,
      long ahead,
      long apart,
      long lines) {
    short[] y = x.sixPairs;
    int[] starts = x.sixStarts;
    ShortVector by6 = ShortVector.broadcast(SHORTS, 6);
    for (int e = 0; e < SPAN_BLOCKS * EIGHTHS; e++) {
      if (lines > 0 && e % EIGHTHS == 0) {
        Prefetch.streams(ahead + e / EIGHTHS * BLOCK_LINES * Prefetch.LINE, apart, lines);
      }
      int e0 = b0 * EIGHTHS + e;
      int e1 = b1 * EIGHTHS + e;
      int e2 = b2 * EIGHTHS + e;
      int e3 = b3 * EIGHTHS + e;
      for (int part = 0; part < Lanes.PARTS; part++) {
        long shift = part * (long) SHORTS.vectorByteSize();
        long v = Lanes.address(weights + e * (PAIRS * PAIR) + shift);
        ShortVector a00 = IntVector.broadcast(INTS, starts[e0]).reinterpretAsShorts();
        ShortVector a01 = a00;
        ShortVector a10 = IntVector.broadcast(INTS, starts[e1]).reinterpretAsShorts();
        ShortVector a11 = a10;
        ShortVector a20 = IntVector.broadcast(INTS, starts[e2]).reinterpretAsShorts();
        ShortVector a21 = a20;
        ShortVector a30 = IntVector.broadcast(INTS, starts[e3]).reinterpretAsShorts();
        ShortVector a31 = a30;
        for (int pair = 0; pair < PAIRS; pair++) {
          int k = pair * 2;
          long s = v + pair * PAIR;
          ShortVector w0 = ShortVector.fromMemorySegment(SHORTS, MEMORY, s, ORDER);
          ShortVector w1 = ShortVector.fromMemorySegment(SHORTS, MEMORY, s + 64, ORDER);
          ShortVector xi = ShortVector.broadcast(SHORTS, y[e0 * 8 + k]);
          a00 = a00.add(w0.mul(xi));
          a01 = a01.add(w1.mul(xi));
          xi = ShortVector.broadcast(SHORTS, y[e1 * 8 + k]);
          a10 = a10.add(w0.mul(xi));
          a11 = a11.add(w1.mul(xi));
          xi = ShortVector.broadcast(SHORTS, y[e2 * 8 + k]);
          a20 = a20.add(w0.mul(xi));
          a21 = a21.add(w1.mul(xi));
          xi = ShortVector.broadcast(SHORTS, y[e3 * 8 + k]);
          a30 = a30.add(w0.mul(xi));
          a31 = a31.add(w1.mul(xi));
          w0 = w0.lanewise(VectorOperators.LSHR, by6);
          w1 = w1.lanewise(VectorOperators.LSHR, by6);
          xi = ShortVector.broadcast(SHORTS, y[e0 * 8 + k + 1]);
          a00 = a00.add(w0.mul(xi));
          a01 = a01.add(w1.mul(xi));
          xi = ShortVector.broadcast(SHORTS, y[e1 * 8 + k + 1]);
          a10 = a10.add(w0.mul(xi));
          a11 = a11.add(w1.mul(xi));
          xi = ShortVector.broadcast(SHORTS, y[e2 * 8 + k + 1]);
          a20 = a20.add(w0.mul(xi));
          a21 = a21.add(w1.mul(xi));
          xi = ShortVector.broadcast(SHORTS, y[e3 * 8 + k + 1]);
          a30 = a30.add(w0.mul(xi));
          a31 = a31.add(w1.mul(xi));
        }
        long out = Lanes.address(sums + e * QUAD + shift);
        a00.intoMemorySegment(MEMORY, out, ORDER);
        a01.intoMemorySegment(MEMORY, out + 64, ORDER);
        a10.intoMemorySegment(MEMORY, out + ROWS * 2, ORDER);
        a11.intoMemorySegment(MEMORY, out + ROWS * 2 + 64, ORDER);
        a20.intoMemorySegment(MEMORY, out + 2 * ROWS * 2, ORDER);
        a21.intoMemorySegment(MEMORY, out + 2 * ROWS * 2 + 64, ORDER);
        a30.intoMemorySegment(MEMORY, out + 3 * ROWS * 2, ORDER);
        a31.intoMemorySegment(MEMORY, out + 3 * ROWS * 2 + 64, ORDER);
      }
    }
  }
}
