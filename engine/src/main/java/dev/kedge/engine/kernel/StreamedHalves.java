package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Kernels.PAGE;
import static dev.kedge.engine.kernel.KvLayout.ROW;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;
import static dev.kedge.engine.kernel.VectorKernels.INTS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The products of {@link HalfAttention} in several streams, for more than four queries: the keys of
 * two or four pages, or the values of two groups of dimensions, side by side. A page's numbers
 * become floats half as often as with one stream and four queries at a time, and memory is read in
 * streams that processors fetch ahead together. Four pages are best for few queries, whose pages
 * come from memory, two with twice the queries for many. A query's own sums run in the same order
 * as there.
 *
 * <p>Sixteen sums need the registers of processors with vectors of 512 bits; for others there is
 * {@link HalfAttention} alone.
 */
final class StreamedHalves {
  /** Whether this processor has the registers. */
  static final boolean ENABLED = FLOATS.length() == ROW;

  private static final int PLACE = 0x8FFFE000;

  private StreamedHalves() {}

  /**
   * Scores of four queries with the keys of two pages.
   *
   * @param query the first query
   * @param to where its scores of the first page begin; those of the second follow
   */
  static void score(
      AttentionBlock block,
      KvPage first,
      KvPage second,
      int layer,
      int head,
      int query,
      int to,
      float scale) {
    int[] words = first.words[layer];
    int[] more = second.words[layer];
    int keys = block.layout.keys(first.at, head);
    int moreKeys = block.layout.keys(second.at, head);
    float[] queries = block.queries;
    float[] scores = block.scores;
    int size = block.layout.size();
    int padded = block.padded;
    int stride = block.stride;
    int q = query * padded;
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector e0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector c1 = a0;
    FloatVector e1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector c2 = a0;
    FloatVector e2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    FloatVector c3 = a0;
    FloatVector e3 = a0;
    for (int d = 0; d < size; d++) {
      FloatVector x0 = FloatVector.broadcast(FLOATS, queries[q + d]);
      FloatVector x1 = FloatVector.broadcast(FLOATS, queries[q + padded + d]);
      FloatVector x2 = FloatVector.broadcast(FLOATS, queries[q + 2 * padded + d]);
      FloatVector x3 = FloatVector.broadcast(FLOATS, queries[q + 3 * padded + d]);
      IntVector word = IntVector.fromArray(INTS, words, keys + d * ROW);
      FloatVector low =
          word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a0 = x0.fma(low, a0);
      b0 = x0.fma(high, b0);
      a1 = x1.fma(low, a1);
      b1 = x1.fma(high, b1);
      a2 = x2.fma(low, a2);
      b2 = x2.fma(high, b2);
      a3 = x3.fma(low, a3);
      b3 = x3.fma(high, b3);
      word = IntVector.fromArray(INTS, more, moreKeys + d * ROW);
      low = word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      c0 = x0.fma(low, c0);
      e0 = x0.fma(high, e0);
      c1 = x1.fma(low, c1);
      e1 = x1.fma(high, e1);
      c2 = x2.fma(low, c2);
      e2 = x2.fma(high, e2);
      c3 = x3.fma(low, c3);
      e3 = x3.fma(high, e3);
    }
    a0.mul(scale).intoArray(scores, to);
    b0.mul(scale).intoArray(scores, to + ROW);
    c0.mul(scale).intoArray(scores, to + PAGE);
    e0.mul(scale).intoArray(scores, to + PAGE + ROW);
    a1.mul(scale).intoArray(scores, to + stride);
    b1.mul(scale).intoArray(scores, to + stride + ROW);
    c1.mul(scale).intoArray(scores, to + stride + PAGE);
    e1.mul(scale).intoArray(scores, to + stride + PAGE + ROW);
    a2.mul(scale).intoArray(scores, to + 2 * stride);
    b2.mul(scale).intoArray(scores, to + 2 * stride + ROW);
    c2.mul(scale).intoArray(scores, to + 2 * stride + PAGE);
    e2.mul(scale).intoArray(scores, to + 2 * stride + PAGE + ROW);
    a3.mul(scale).intoArray(scores, to + 3 * stride);
    b3.mul(scale).intoArray(scores, to + 3 * stride + ROW);
    c3.mul(scale).intoArray(scores, to + 3 * stride + PAGE);
    e3.mul(scale).intoArray(scores, to + 3 * stride + PAGE + ROW);
  }

  /**
   * Scores of two queries with the keys of four pages.
   *
   * @param query the first query
   * @param to where its scores of the first page begin; those of the next page follow
   */
  static void score(
      AttentionBlock block,
      KvPage p0,
      KvPage p1,
      KvPage p2,
      KvPage p3,
      int layer,
      int head,
      int query,
      int to,
      float scale) {
    int[] w0 = p0.words[layer];
    int[] w1 = p1.words[layer];
    int[] w2 = p2.words[layer];
    int[] w3 = p3.words[layer];
    int k0 = block.layout.keys(p0.at, head);
    int k1 = block.layout.keys(p1.at, head);
    int k2 = block.layout.keys(p2.at, head);
    int k3 = block.layout.keys(p3.at, head);
    int q = query * block.padded;
    float[] queries = block.queries;
    float[] scores = block.scores;
    int size = block.layout.size();
    int padded = block.padded;
    int stride = block.stride;
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector e0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector c1 = a0;
    FloatVector e1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector c2 = a0;
    FloatVector e2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    FloatVector c3 = a0;
    FloatVector e3 = a0;
    for (int d = 0; d < size; d++) {
      FloatVector x = FloatVector.broadcast(FLOATS, queries[q + d]);
      FloatVector y = FloatVector.broadcast(FLOATS, queries[q + padded + d]);
      IntVector word = IntVector.fromArray(INTS, w0, k0 + d * ROW);
      FloatVector low =
          word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a0 = x.fma(low, a0);
      b0 = x.fma(high, b0);
      c0 = y.fma(low, c0);
      e0 = y.fma(high, e0);
      word = IntVector.fromArray(INTS, w1, k1 + d * ROW);
      low = word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a1 = x.fma(low, a1);
      b1 = x.fma(high, b1);
      c1 = y.fma(low, c1);
      e1 = y.fma(high, e1);
      word = IntVector.fromArray(INTS, w2, k2 + d * ROW);
      low = word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a2 = x.fma(low, a2);
      b2 = x.fma(high, b2);
      c2 = y.fma(low, c2);
      e2 = y.fma(high, e2);
      word = IntVector.fromArray(INTS, w3, k3 + d * ROW);
      low = word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a3 = x.fma(low, a3);
      b3 = x.fma(high, b3);
      c3 = y.fma(low, c3);
      e3 = y.fma(high, e3);
    }
    a0.mul(scale).intoArray(scores, to);
    b0.mul(scale).intoArray(scores, to + ROW);
    c0.mul(scale).intoArray(scores, to + stride);
    e0.mul(scale).intoArray(scores, to + stride + ROW);
    a1.mul(scale).intoArray(scores, to + PAGE);
    b1.mul(scale).intoArray(scores, to + PAGE + ROW);
    c1.mul(scale).intoArray(scores, to + stride + PAGE);
    e1.mul(scale).intoArray(scores, to + stride + PAGE + ROW);
    a2.mul(scale).intoArray(scores, to + 2 * PAGE);
    b2.mul(scale).intoArray(scores, to + 2 * PAGE + ROW);
    c2.mul(scale).intoArray(scores, to + stride + 2 * PAGE);
    e2.mul(scale).intoArray(scores, to + stride + 2 * PAGE + ROW);
    a3.mul(scale).intoArray(scores, to + 3 * PAGE);
    b3.mul(scale).intoArray(scores, to + 3 * PAGE + ROW);
    c3.mul(scale).intoArray(scores, to + stride + 3 * PAGE);
    e3.mul(scale).intoArray(scores, to + stride + 3 * PAGE + ROW);
  }

  /** Whether {@link #mix} can be used: heads consist of whole pairs of groups. */
  static boolean pairs(AttentionBlock block) {
    return ENABLED && block.padded % (4 * ROW) == 0;
  }

  /** As {@link HalfAttention#mix} for four queries, the first of which is {@code query}. */
  static void mix(
      AttentionBlock block, KvPage page, int layer, int head, int query, int weights, int slots) {
    int[] words = page.words[layer];
    for (int d = 0; d < block.padded; d += 4 * ROW) {
      int values = block.layout.values(page.at, head, d / (2 * ROW));
      int more = block.layout.values(page.at, head, d / (2 * ROW) + 1);
      mix(block, words, values, more, weights, slots, query * block.padded + d);
    }
  }

  private static void mix(
      AttentionBlock block, int[] words, int values, int more, int w, int slots, int to) {
    float[] weights = block.scores;
    float[] out = block.out;
    int padded = block.padded;
    int stride = block.stride;
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.fromArray(FLOATS, out, to);
    FloatVector b0 = FloatVector.fromArray(FLOATS, out, to + ROW);
    FloatVector c0 = FloatVector.fromArray(FLOATS, out, to + 2 * ROW);
    FloatVector e0 = FloatVector.fromArray(FLOATS, out, to + 3 * ROW);
    FloatVector a1 = FloatVector.fromArray(FLOATS, out, to + padded);
    FloatVector b1 = FloatVector.fromArray(FLOATS, out, to + padded + ROW);
    FloatVector c1 = FloatVector.fromArray(FLOATS, out, to + padded + 2 * ROW);
    FloatVector e1 = FloatVector.fromArray(FLOATS, out, to + padded + 3 * ROW);
    FloatVector a2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded);
    FloatVector b2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded + ROW);
    FloatVector c2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded + 2 * ROW);
    FloatVector e2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded + 3 * ROW);
    FloatVector a3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded);
    FloatVector b3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded + ROW);
    FloatVector c3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded + 2 * ROW);
    FloatVector e3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded + 3 * ROW);
    for (int p = 0; p < slots; p++) {
      FloatVector x0 = FloatVector.broadcast(FLOATS, weights[w + p]);
      FloatVector x1 = FloatVector.broadcast(FLOATS, weights[w + stride + p]);
      FloatVector x2 = FloatVector.broadcast(FLOATS, weights[w + 2 * stride + p]);
      FloatVector x3 = FloatVector.broadcast(FLOATS, weights[w + 3 * stride + p]);
      IntVector word = IntVector.fromArray(INTS, words, values + p * ROW);
      FloatVector low =
          word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a0 = x0.fma(low, a0);
      b0 = x0.fma(high, b0);
      a1 = x1.fma(low, a1);
      b1 = x1.fma(high, b1);
      a2 = x2.fma(low, a2);
      b2 = x2.fma(high, b2);
      a3 = x3.fma(low, a3);
      b3 = x3.fma(high, b3);
      word = IntVector.fromArray(INTS, words, more + p * ROW);
      low = word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      c0 = x0.fma(low, c0);
      e0 = x0.fma(high, e0);
      c1 = x1.fma(low, c1);
      e1 = x1.fma(high, e1);
      c2 = x2.fma(low, c2);
      e2 = x2.fma(high, e2);
      c3 = x3.fma(low, c3);
      e3 = x3.fma(high, e3);
    }
    a0.intoArray(out, to);
    b0.intoArray(out, to + ROW);
    c0.intoArray(out, to + 2 * ROW);
    e0.intoArray(out, to + 3 * ROW);
    a1.intoArray(out, to + padded);
    b1.intoArray(out, to + padded + ROW);
    c1.intoArray(out, to + padded + 2 * ROW);
    e1.intoArray(out, to + padded + 3 * ROW);
    a2.intoArray(out, to + 2 * padded);
    b2.intoArray(out, to + 2 * padded + ROW);
    c2.intoArray(out, to + 2 * padded + 2 * ROW);
    e2.intoArray(out, to + 2 * padded + 3 * ROW);
    a3.intoArray(out, to + 3 * padded);
    b3.intoArray(out, to + 3 * padded + ROW);
    c3.intoArray(out, to + 3 * padded + 2 * ROW);
    e3.intoArray(out, to + 3 * padded + 3 * ROW);
  }
}
