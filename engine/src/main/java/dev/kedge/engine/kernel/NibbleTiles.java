package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;
import static dev.kedge.engine.kernel.TileMemory.HALF_SUMS;
import static dev.kedge.engine.kernel.TileMemory.HALVES;
import static dev.kedge.engine.kernel.TileMemory.QUAD;
import static dev.kedge.engine.kernel.TileMemory.ROWS;

import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The sums of {@link NibbleSums} for many tokens: two groups of rows times four tokens at once,
 * whose eight accumulators, weights and shift counts just fill the registers. Block after block,
 * all tokens and all groups, so that memory streams in evenly: reading a span of two groups and
 * then of the others costs a tenth to a fifth of the speed. To ask for the next blocks meanwhile
 * brings a seventh; to read ahead costs more than it brings.
 *
 * <p>Sums go to native memory, since a vector that lies across two cache lines costs two accesses
 * and arrays begin where they like.
 */
final class NibbleTiles {
  private static final int STEPS = 8;
  private static final int BLOCK = Activations.BLOCK;
  /* Two blocks. */
  private static final long AHEAD = 2 * STEPS * 64;

  private NibbleTiles() {}

  /**
   * Sums of a span of a panel, {@code [two groups][quad][block][4 tokens][64 lanes]} of 16 bits.
   *
   * @param address where the first group's integers of the span begin
   * @param apart from there to the second's
   * @param count of blocks
   * @param x multipliers of {@code blocks} blocks for each token
   * @param block first of the span, of the first token
   * @param tokens the last quad's missing ones are computed as the last token
   * @param fetch whether to ask for the integers of the next blocks
   */
  static void sums(
      long address,
      long apart,
      int count,
      Multipliers x,
      int block,
      int blocks,
      int tokens,
      boolean fetch,
      long sums) {
    short[] y = x.nibbles;
    short[] starts = x.nibbleStarts;
    ShortVector by4 = ShortVector.broadcast(SHORTS, 4);
    ShortVector by8 = ShortVector.broadcast(SHORTS, 8);
    ShortVector by12 = ShortVector.broadcast(SHORTS, 12);
    int last = tokens - 1;
    for (int b = 0; b < count; b++) {
      for (int pair = 0; pair < HALVES * Lanes.PARTS; pair++) {
        int half = pair / Lanes.PARTS;
        long shift = pair % Lanes.PARTS * (long) SHORTS.vectorByteSize();
        long v = Lanes.address(address + 2L * half * apart + shift + b * (STEPS * 64L));
        long other = Lanes.address(v + apart);
        if (fetch && shift == 0) Prefetch.streams(v + AHEAD, apart, STEPS);
        for (int t = 0; t < tokens; t += 4) {
          int b0 = block + b + t * blocks;
          int b1 = block + b + Math.min(t + 1, last) * blocks;
          int b2 = block + b + Math.min(t + 2, last) * blocks;
          int b3 = block + b + Math.min(t + 3, last) * blocks;
          ShortVector a00 = ShortVector.broadcast(SHORTS, starts[b0]);
          ShortVector a01 = a00;
          ShortVector a10 = ShortVector.broadcast(SHORTS, starts[b1]);
          ShortVector a11 = a10;
          ShortVector a20 = ShortVector.broadcast(SHORTS, starts[b2]);
          ShortVector a21 = a20;
          ShortVector a30 = ShortVector.broadcast(SHORTS, starts[b3]);
          ShortVector a31 = a30;
          int k0 = b0 * BLOCK;
          int k1 = b1 * BLOCK;
          int k2 = b2 * BLOCK;
          int k3 = b3 * BLOCK;
          for (int step = 0; step < STEPS; step++) {
            int k = step * 4;
            ShortVector w0 = ShortVector.fromMemorySegment(SHORTS, MEMORY, v + step * 64L, ORDER);
            ShortVector w1 =
                ShortVector.fromMemorySegment(SHORTS, MEMORY, other + step * 64L, ORDER);
            ShortVector xi = ShortVector.broadcast(SHORTS, y[k0 + k]);
            a00 = a00.add(w0.mul(xi));
            a01 = a01.add(w1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k1 + k]);
            a10 = a10.add(w0.mul(xi));
            a11 = a11.add(w1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k2 + k]);
            a20 = a20.add(w0.mul(xi));
            a21 = a21.add(w1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k3 + k]);
            a30 = a30.add(w0.mul(xi));
            a31 = a31.add(w1.mul(xi));
            ShortVector v0 = w0.lanewise(VectorOperators.LSHR, by4);
            ShortVector v1 = w1.lanewise(VectorOperators.LSHR, by4);
            xi = ShortVector.broadcast(SHORTS, y[k0 + k + 1]);
            a00 = a00.add(v0.mul(xi));
            a01 = a01.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k1 + k + 1]);
            a10 = a10.add(v0.mul(xi));
            a11 = a11.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k2 + k + 1]);
            a20 = a20.add(v0.mul(xi));
            a21 = a21.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k3 + k + 1]);
            a30 = a30.add(v0.mul(xi));
            a31 = a31.add(v1.mul(xi));
            v0 = w0.lanewise(VectorOperators.LSHR, by8);
            v1 = w1.lanewise(VectorOperators.LSHR, by8);
            xi = ShortVector.broadcast(SHORTS, y[k0 + k + 2]);
            a00 = a00.add(v0.mul(xi));
            a01 = a01.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k1 + k + 2]);
            a10 = a10.add(v0.mul(xi));
            a11 = a11.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k2 + k + 2]);
            a20 = a20.add(v0.mul(xi));
            a21 = a21.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k3 + k + 2]);
            a30 = a30.add(v0.mul(xi));
            a31 = a31.add(v1.mul(xi));
            v0 = w0.lanewise(VectorOperators.LSHR, by12);
            v1 = w1.lanewise(VectorOperators.LSHR, by12);
            xi = ShortVector.broadcast(SHORTS, y[k0 + k + 3]);
            a00 = a00.add(v0.mul(xi));
            a01 = a01.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k1 + k + 3]);
            a10 = a10.add(v0.mul(xi));
            a11 = a11.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k2 + k + 3]);
            a20 = a20.add(v0.mul(xi));
            a21 = a21.add(v1.mul(xi));
            xi = ShortVector.broadcast(SHORTS, y[k3 + k + 3]);
            a30 = a30.add(v0.mul(xi));
            a31 = a31.add(v1.mul(xi));
          }
          long to = half * HALF_SUMS + (t / 4 * SPAN_BLOCKS + b) * QUAD + shift;
          long out = Lanes.address(sums + to);
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
}
