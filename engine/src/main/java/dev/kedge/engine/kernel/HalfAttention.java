package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.AttentionBlock.STRIDE;
import static dev.kedge.engine.kernel.KvLayout.ROW;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;
import static dev.kedge.engine.kernel.VectorKernels.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The products of attention with pages of halves. A half becomes a float without a conversion: its
 * sign, exponent and fraction move to where a float has them, which makes it 2⁻¹¹² times as large;
 * queries and weights come 2¹¹² times as large, so every product is exact. (Nothing overflows:
 * queries are below 2¹⁶, weights at most 1.)
 */
final class HalfAttention {
  /** What queries and weights are multiplied with. */
  static final float UP = 0x1p112f;

  private static final int PLACE = 0x8FFFE000;
  private static final int WIDTH = FLOATS.length();

  private HalfAttention() {}

  /** Scores of a pack of at most four queries with the page's 32 keys. */
  static void score(
      AttentionBlock block,
      KvPage page,
      int layer,
      int head,
      int from,
      int to,
      int scores,
      float scale) {
    int[] words = page.words[layer];
    int keys = block.layout.keys(page, head);
    int size = block.layout.size();
    int q = from * block.padded;
    if (to - from == 1) {
      scoreOne(words, keys, size, block.queries, q, block.scores, scores, scale);
      return;
    }
    for (int slice = 0; slice < ROW; slice += WIDTH) {
      scoreFour(words, keys + slice, size, block.turned, q, block.scores, scores + slice, scale);
    }
  }

  private static void scoreFour(
      int[] words,
      int keys,
      int size,
      float[] queries,
      int q,
      float[] scores,
      int to,
      float scale) {
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector a2 = FloatVector.zero(FLOATS);
    FloatVector a3 = FloatVector.zero(FLOATS);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector b1 = FloatVector.zero(FLOATS);
    FloatVector b2 = FloatVector.zero(FLOATS);
    FloatVector b3 = FloatVector.zero(FLOATS);
    for (int d = 0; d < size; d++) {
      IntVector word = IntVector.fromArray(INTS, words, keys + d * ROW);
      FloatVector low =
          word.lanewise(VectorOperators.LSHL, sixteen)
              .lanewise(VectorOperators.ASHR, three)
              .and(place)
              .reinterpretAsFloats();
      FloatVector high =
          word.lanewise(VectorOperators.ASHR, three).and(place).reinterpretAsFloats();
      FloatVector x0 = FloatVector.broadcast(FLOATS, queries[q + 4 * d]);
      a0 = x0.fma(low, a0);
      b0 = x0.fma(high, b0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, queries[q + 4 * d + 1]);
      a1 = x1.fma(low, a1);
      b1 = x1.fma(high, b1);
      FloatVector x2 = FloatVector.broadcast(FLOATS, queries[q + 4 * d + 2]);
      a2 = x2.fma(low, a2);
      b2 = x2.fma(high, b2);
      FloatVector x3 = FloatVector.broadcast(FLOATS, queries[q + 4 * d + 3]);
      a3 = x3.fma(low, a3);
      b3 = x3.fma(high, b3);
    }
    a0.mul(scale).intoArray(scores, to);
    b0.mul(scale).intoArray(scores, to + ROW);
    a1.mul(scale).intoArray(scores, to + STRIDE);
    b1.mul(scale).intoArray(scores, to + STRIDE + ROW);
    a2.mul(scale).intoArray(scores, to + 2 * STRIDE);
    b2.mul(scale).intoArray(scores, to + 2 * STRIDE + ROW);
    a3.mul(scale).intoArray(scores, to + 3 * STRIDE);
    b3.mul(scale).intoArray(scores, to + 3 * STRIDE + ROW);
  }

  private static void scoreOne(
      int[] words,
      int keys,
      int size,
      float[] queries,
      int q,
      float[] scores,
      int to,
      float scale) {
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    for (int slice = 0; slice < ROW; slice += WIDTH) {
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = FloatVector.zero(FLOATS);
      for (int d = 0; d < size; d++) {
        IntVector word = IntVector.fromArray(INTS, words, keys + d * ROW + slice);
        FloatVector x = FloatVector.broadcast(FLOATS, queries[q + d]);
        a =
            x.fma(
                word.lanewise(VectorOperators.LSHL, sixteen)
                    .lanewise(VectorOperators.ASHR, three)
                    .and(place)
                    .reinterpretAsFloats(),
                a);
        b = x.fma(word.lanewise(VectorOperators.ASHR, three).and(place).reinterpretAsFloats(), b);
      }
      a.mul(scale).intoArray(scores, to + slice);
      b.mul(scale).intoArray(scores, to + slice + ROW);
    }
  }

  /** Adds the first {@code slots} values, weighted, to a group of 32 dimensions of the results. */
  static void mix(
      AttentionBlock block,
      KvPage page,
      int layer,
      int head,
      int group,
      int from,
      int to,
      int weights,
      int slots) {
    int[] words = page.words[layer];
    int values = block.layout.values(page, head, group);
    int padded = block.padded;
    int out = from * padded + group * 2 * ROW;
    for (int slice = 0; slice < ROW; slice += WIDTH) {
      if (to - from == 1) {
        mixOne(words, values + slice, slots, block.scores, weights, block.out, out + slice);
      } else {
        int at = out + slice;
        mixFour(words, values + slice, slots, block.scores, weights, block.out, at, padded);
      }
    }
  }

  private static void mixFour(
      int[] words, int values, int slots, float[] weights, int w, float[] out, int to, int padded) {
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
    for (int p = 0; p < slots; p++) {
      IntVector word = IntVector.fromArray(INTS, words, values + p * ROW);
      FloatVector low =
          word.lanewise(VectorOperators.LSHL, sixteen)
              .lanewise(VectorOperators.ASHR, three)
              .and(place)
              .reinterpretAsFloats();
      FloatVector high =
          word.lanewise(VectorOperators.ASHR, three).and(place).reinterpretAsFloats();
      FloatVector x0 = FloatVector.broadcast(FLOATS, weights[w + p]);
      a0 = x0.fma(low, a0);
      b0 = x0.fma(high, b0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, weights[w + STRIDE + p]);
      a1 = x1.fma(low, a1);
      b1 = x1.fma(high, b1);
      FloatVector x2 = FloatVector.broadcast(FLOATS, weights[w + 2 * STRIDE + p]);
      a2 = x2.fma(low, a2);
      b2 = x2.fma(high, b2);
      FloatVector x3 = FloatVector.broadcast(FLOATS, weights[w + 3 * STRIDE + p]);
      a3 = x3.fma(low, a3);
      b3 = x3.fma(high, b3);
    }
    a0.intoArray(out, to);
    b0.intoArray(out, to + ROW);
    a1.intoArray(out, to + padded);
    b1.intoArray(out, to + padded + ROW);
    a2.intoArray(out, to + 2 * padded);
    b2.intoArray(out, to + 2 * padded + ROW);
    a3.intoArray(out, to + 3 * padded);
    b3.intoArray(out, to + 3 * padded + ROW);
  }

  private static void mixOne(
      int[] words, int values, int slots, float[] weights, int w, float[] out, int to) {
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a = FloatVector.fromArray(FLOATS, out, to);
    FloatVector b = FloatVector.fromArray(FLOATS, out, to + ROW);
    for (int p = 0; p < slots; p++) {
      IntVector word = IntVector.fromArray(INTS, words, values + p * ROW);
      FloatVector x = FloatVector.broadcast(FLOATS, weights[w + p]);
      a =
          x.fma(
              word.lanewise(VectorOperators.LSHL, sixteen)
                  .lanewise(VectorOperators.ASHR, three)
                  .and(place)
                  .reinterpretAsFloats(),
              a);
      b = x.fma(word.lanewise(VectorOperators.ASHR, three).and(place).reinterpretAsFloats(), b);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + ROW);
  }
}
