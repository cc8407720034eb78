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
 * The products of {@link HalfAttention} in four streams: the keys of four pages, or the values of
 * four groups of dimensions, side by side for two queries. Processors fetch only a little ahead of
 * each stream that they see, so one alone is read at a quarter of the memory's speed. A query's own
 * sums run in the same order as there.
 *
 * <p>Sixteen sums need the registers of processors with vectors of 512 bits; for others there is
 * {@link HalfAttention} alone.
 */
final class StreamedHalves {
  /** Pages of keys, or groups of dimensions, that are read side by side. */
  static final int STREAMS = 4;

  /** Whether this processor has the registers. */
  static final boolean ENABLED = FLOATS.length() == ROW;

  private static final int PLACE = 0x8FFFE000;

  private StreamedHalves() {}

  /** Scores of queries {@code from} to {@code to}, at most four, with the keys of four pages. */
  static void score(
      AttentionBlock block,
      KvPage[] pages,
      int page,
      int layer,
      int head,
      int from,
      int to,
      int scores,
      float scale) {
    for (int i = from; i < to; i += 2) {
      scoreTwo(
          block,
          pages[page],
          pages[page + 1],
          pages[page + 2],
          pages[page + 3],
          layer,
          head,
          i * block.padded,
          scores + (i - from) * block.stride,
          scale);
    }
  }

  private static void scoreTwo(
      AttentionBlock block,
      KvPage p0,
      KvPage p1,
      KvPage p2,
      KvPage p3,
      int layer,
      int head,
      int q,
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
    a1.mul(scale).intoArray(scores, to + 1 * PAGE);
    b1.mul(scale).intoArray(scores, to + 1 * PAGE + ROW);
    c1.mul(scale).intoArray(scores, to + stride + 1 * PAGE);
    e1.mul(scale).intoArray(scores, to + stride + 1 * PAGE + ROW);
    a2.mul(scale).intoArray(scores, to + 2 * PAGE);
    b2.mul(scale).intoArray(scores, to + 2 * PAGE + ROW);
    c2.mul(scale).intoArray(scores, to + stride + 2 * PAGE);
    e2.mul(scale).intoArray(scores, to + stride + 2 * PAGE + ROW);
    a3.mul(scale).intoArray(scores, to + 3 * PAGE);
    b3.mul(scale).intoArray(scores, to + 3 * PAGE + ROW);
    c3.mul(scale).intoArray(scores, to + stride + 3 * PAGE);
    e3.mul(scale).intoArray(scores, to + stride + 3 * PAGE + ROW);
  }

  /** Whether {@link #mix} can be used: heads consist of whole fours of groups. */
  static boolean fits(AttentionBlock block) {
    return ENABLED && block.padded % (STREAMS * 2 * ROW) == 0;
  }

  /** As {@link HalfAttention#mix}. */
  static void mix(
      AttentionBlock block,
      KvPage page,
      int layer,
      int head,
      int from,
      int to,
      int weights,
      int slots) {
    for (int d = 0; d < block.padded; d += STREAMS * 2 * ROW) {
      for (int i = from; i < to; i += 2) {
        mixTwo(
            block,
            page,
            layer,
            head,
            d / (2 * ROW),
            weights + (i - from) * block.stride,
            slots,
            i * block.padded + d);
      }
    }
  }

  private static void mixTwo(
      AttentionBlock block, KvPage page, int layer, int head, int group, int w, int slots, int to) {
    int[] words = page.words[layer];
    int v0 = block.layout.values(page.at, head, group);
    int v1 = block.layout.values(page.at, head, group + 1);
    int v2 = block.layout.values(page.at, head, group + 2);
    int v3 = block.layout.values(page.at, head, group + 3);
    float[] weights = block.scores;
    float[] out = block.out;
    int padded = block.padded;
    int stride = block.stride;
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.fromArray(FLOATS, out, to);
    FloatVector b0 = FloatVector.fromArray(FLOATS, out, to + 1 * ROW);
    FloatVector c0 = FloatVector.fromArray(FLOATS, out, to + padded);
    FloatVector e0 = FloatVector.fromArray(FLOATS, out, to + padded + 1 * ROW);
    FloatVector a1 = FloatVector.fromArray(FLOATS, out, to + 2 * ROW);
    FloatVector b1 = FloatVector.fromArray(FLOATS, out, to + 3 * ROW);
    FloatVector c1 = FloatVector.fromArray(FLOATS, out, to + padded + 2 * ROW);
    FloatVector e1 = FloatVector.fromArray(FLOATS, out, to + padded + 3 * ROW);
    FloatVector a2 = FloatVector.fromArray(FLOATS, out, to + 4 * ROW);
    FloatVector b2 = FloatVector.fromArray(FLOATS, out, to + 5 * ROW);
    FloatVector c2 = FloatVector.fromArray(FLOATS, out, to + padded + 4 * ROW);
    FloatVector e2 = FloatVector.fromArray(FLOATS, out, to + padded + 5 * ROW);
    FloatVector a3 = FloatVector.fromArray(FLOATS, out, to + 6 * ROW);
    FloatVector b3 = FloatVector.fromArray(FLOATS, out, to + 7 * ROW);
    FloatVector c3 = FloatVector.fromArray(FLOATS, out, to + padded + 6 * ROW);
    FloatVector e3 = FloatVector.fromArray(FLOATS, out, to + padded + 7 * ROW);
    for (int p = 0; p < slots; p++) {
      FloatVector x = FloatVector.broadcast(FLOATS, weights[w + p]);
      FloatVector y = FloatVector.broadcast(FLOATS, weights[w + stride + p]);
      IntVector word = IntVector.fromArray(INTS, words, v0 + p * ROW);
      FloatVector low =
          word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a0 = x.fma(low, a0);
      b0 = x.fma(high, b0);
      c0 = y.fma(low, c0);
      e0 = y.fma(high, e0);
      word = IntVector.fromArray(INTS, words, v1 + p * ROW);
      low = word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a1 = x.fma(low, a1);
      b1 = x.fma(high, b1);
      c1 = y.fma(low, c1);
      e1 = y.fma(high, e1);
      word = IntVector.fromArray(INTS, words, v2 + p * ROW);
      low = word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a2 = x.fma(low, a2);
      b2 = x.fma(high, b2);
      c2 = y.fma(low, c2);
      e2 = y.fma(high, e2);
      word = IntVector.fromArray(INTS, words, v3 + p * ROW);
      low = word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      high = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      a3 = x.fma(low, a3);
      b3 = x.fma(high, b3);
      c3 = y.fma(low, c3);
      e3 = y.fma(high, e3);
    }
    a0.intoArray(out, to);
    b0.intoArray(out, to + 1 * ROW);
    c0.intoArray(out, to + padded);
    e0.intoArray(out, to + padded + 1 * ROW);
    a1.intoArray(out, to + 2 * ROW);
    b1.intoArray(out, to + 3 * ROW);
    c1.intoArray(out, to + padded + 2 * ROW);
    e1.intoArray(out, to + padded + 3 * ROW);
    a2.intoArray(out, to + 4 * ROW);
    b2.intoArray(out, to + 5 * ROW);
    c2.intoArray(out, to + padded + 4 * ROW);
    e2.intoArray(out, to + padded + 5 * ROW);
    a3.intoArray(out, to + 6 * ROW);
    b3.intoArray(out, to + 7 * ROW);
    c3.intoArray(out, to + padded + 6 * ROW);
    e3.intoArray(out, to + padded + 7 * ROW);
  }
}
