package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.AttentionBlock.STRIDE;
import static dev.kedge.engine.kernel.KvLayout.ROW;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;
import static dev.kedge.engine.kernel.VectorKernels.INTS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The products of {@link HalfAttention} for eight queries at a time: a page's numbers become floats
 * once for all of them, and sixteen sums keep the processor's multipliers busy: two per cycle,
 * which is what limits attention here as soon as memory does not. A query's own sums run in the
 * same order as there.
 *
 * <p>Sixteen sums need the registers of processors with vectors of 512 bits; for others there is
 * {@link HalfAttention} alone.
 */
final class EightQueries {
  /** Queries of a call. */
  static final int QUERIES = 8;

  /** Whether this processor has the registers. */
  static final boolean ENABLED = FLOATS.length() == ROW;

  private static final int PLACE = 0x8FFFE000;

  private EightQueries() {}

  /**
   * Scores with the keys of a page.
   *
   * @param query the first query
   * @param to where its scores begin
   */
  static void score(
      AttentionBlock block, KvPage page, int layer, int head, int query, int to, float scale) {
    int[] words = page.words[layer];
    int keys = block.layout.keys(page, head);
    float[] queries = block.turned;
    float[] scores = block.scores;
    int size = block.layout.size();
    int q = query * block.padded;
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    FloatVector a4 = a0;
    FloatVector b4 = a0;
    FloatVector a5 = a0;
    FloatVector b5 = a0;
    FloatVector a6 = a0;
    FloatVector b6 = a0;
    FloatVector a7 = a0;
    FloatVector b7 = a0;
    for (int d = 0; d < size; d++) {
      IntVector word = IntVector.fromArray(INTS, words, keys + d * ROW);
      FloatVector low =
          word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(FLOATS, queries[q + 8 * d]);
      a0 = x.fma(low, a0);
      b0 = x.fma(high, b0);
      x = FloatVector.broadcast(FLOATS, queries[q + 8 * d + 1]);
      a1 = x.fma(low, a1);
      b1 = x.fma(high, b1);
      x = FloatVector.broadcast(FLOATS, queries[q + 8 * d + 2]);
      a2 = x.fma(low, a2);
      b2 = x.fma(high, b2);
      x = FloatVector.broadcast(FLOATS, queries[q + 8 * d + 3]);
      a3 = x.fma(low, a3);
      b3 = x.fma(high, b3);
      x = FloatVector.broadcast(FLOATS, queries[q + 8 * d + 4]);
      a4 = x.fma(low, a4);
      b4 = x.fma(high, b4);
      x = FloatVector.broadcast(FLOATS, queries[q + 8 * d + 5]);
      a5 = x.fma(low, a5);
      b5 = x.fma(high, b5);
      x = FloatVector.broadcast(FLOATS, queries[q + 8 * d + 6]);
      a6 = x.fma(low, a6);
      b6 = x.fma(high, b6);
      x = FloatVector.broadcast(FLOATS, queries[q + 8 * d + 7]);
      a7 = x.fma(low, a7);
      b7 = x.fma(high, b7);
    }
    a0.mul(scale).intoArray(scores, to);
    b0.mul(scale).intoArray(scores, to + ROW);
    a1.mul(scale).intoArray(scores, to + STRIDE);
    b1.mul(scale).intoArray(scores, to + STRIDE + ROW);
    a2.mul(scale).intoArray(scores, to + 2 * STRIDE);
    b2.mul(scale).intoArray(scores, to + 2 * STRIDE + ROW);
    a3.mul(scale).intoArray(scores, to + 3 * STRIDE);
    b3.mul(scale).intoArray(scores, to + 3 * STRIDE + ROW);
    a4.mul(scale).intoArray(scores, to + 4 * STRIDE);
    b4.mul(scale).intoArray(scores, to + 4 * STRIDE + ROW);
    a5.mul(scale).intoArray(scores, to + 5 * STRIDE);
    b5.mul(scale).intoArray(scores, to + 5 * STRIDE + ROW);
    a6.mul(scale).intoArray(scores, to + 6 * STRIDE);
    b6.mul(scale).intoArray(scores, to + 6 * STRIDE + ROW);
    a7.mul(scale).intoArray(scores, to + 7 * STRIDE);
    b7.mul(scale).intoArray(scores, to + 7 * STRIDE + ROW);
  }

  /**
   * As {@link HalfAttention#mix} for the queries from {@code query} on, whose weights begin at w.
   */
  static void mix(
      AttentionBlock block,
      KvPage page,
      int layer,
      int head,
      int group,
      int query,
      int w,
      int slots) {
    int[] words = page.words[layer];
    int values = block.layout.values(page, head, group);
    int to = query * block.padded + group * 2 * ROW;
    float[] weights = block.scores;
    float[] out = block.out;
    int padded = block.padded;
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.fromArray(FLOATS, out, to);
    FloatVector b0 = FloatVector.fromArray(FLOATS, out, to + ROW);
    FloatVector a1 = FloatVector.fromArray(FLOATS, out, to + padded);
    FloatVector b1 = FloatVector.fromArray(FLOATS, out, to + padded + ROW);
    FloatVector a2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded);
    FloatVector b2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded + ROW);
    FloatVector a3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded);
    FloatVector b3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded + ROW);
    FloatVector a4 = FloatVector.fromArray(FLOATS, out, to + 4 * padded);
    FloatVector b4 = FloatVector.fromArray(FLOATS, out, to + 4 * padded + ROW);
    FloatVector a5 = FloatVector.fromArray(FLOATS, out, to + 5 * padded);
    FloatVector b5 = FloatVector.fromArray(FLOATS, out, to + 5 * padded + ROW);
    FloatVector a6 = FloatVector.fromArray(FLOATS, out, to + 6 * padded);
    FloatVector b6 = FloatVector.fromArray(FLOATS, out, to + 6 * padded + ROW);
    FloatVector a7 = FloatVector.fromArray(FLOATS, out, to + 7 * padded);
    FloatVector b7 = FloatVector.fromArray(FLOATS, out, to + 7 * padded + ROW);
    for (int p = 0; p < slots; p++) {
      IntVector word = IntVector.fromArray(INTS, words, values + p * ROW);
      FloatVector low =
          word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(FLOATS, weights[w + p]);
      a0 = x.fma(low, a0);
      b0 = x.fma(high, b0);
      x = FloatVector.broadcast(FLOATS, weights[w + STRIDE + p]);
      a1 = x.fma(low, a1);
      b1 = x.fma(high, b1);
      x = FloatVector.broadcast(FLOATS, weights[w + 2 * STRIDE + p]);
      a2 = x.fma(low, a2);
      b2 = x.fma(high, b2);
      x = FloatVector.broadcast(FLOATS, weights[w + 3 * STRIDE + p]);
      a3 = x.fma(low, a3);
      b3 = x.fma(high, b3);
      x = FloatVector.broadcast(FLOATS, weights[w + 4 * STRIDE + p]);
      a4 = x.fma(low, a4);
      b4 = x.fma(high, b4);
      x = FloatVector.broadcast(FLOATS, weights[w + 5 * STRIDE + p]);
      a5 = x.fma(low, a5);
      b5 = x.fma(high, b5);
      x = FloatVector.broadcast(FLOATS, weights[w + 6 * STRIDE + p]);
      a6 = x.fma(low, a6);
      b6 = x.fma(high, b6);
      x = FloatVector.broadcast(FLOATS, weights[w + 7 * STRIDE + p]);
      a7 = x.fma(low, a7);
      b7 = x.fma(high, b7);
    }
    a0.intoArray(out, to);
    b0.intoArray(out, to + ROW);
    a1.intoArray(out, to + padded);
    b1.intoArray(out, to + padded + ROW);
    a2.intoArray(out, to + 2 * padded);
    b2.intoArray(out, to + 2 * padded + ROW);
    a3.intoArray(out, to + 3 * padded);
    b3.intoArray(out, to + 3 * padded + ROW);
    a4.intoArray(out, to + 4 * padded);
    b4.intoArray(out, to + 4 * padded + ROW);
    a5.intoArray(out, to + 5 * padded);
    b5.intoArray(out, to + 5 * padded + ROW);
    a6.intoArray(out, to + 6 * padded);
    b6.intoArray(out, to + 6 * padded + ROW);
    a7.intoArray(out, to + 7 * padded);
    b7.intoArray(out, to + 7 * padded + ROW);
  }
}
