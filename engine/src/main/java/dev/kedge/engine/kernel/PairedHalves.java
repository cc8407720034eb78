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
 * The products of {@link HalfAttention} for four queries and two stretches of memory at a time: two
 * pages' keys, or two groups of dimensions of the values. Two stretches are fetched ahead faster
 * than one, and sixteen sums fill the processor's multipliers. A query's own sums run in the same
 * order as there.
 *
 * <p>For processors with vectors of 512 bits, as {@link EightQueries}.
 */
final class PairedHalves {
  private static final int PLACE = 0x8FFFE000;

  private PairedHalves() {}

  /**
   * Scores with the keys of two pages.
   *
   * @param pack the first query
   * @param to where its scores with the first page begin
   * @param secondTo the same of the second page, which may be the same one
   */
  static void score(
      AttentionBlock block,
      KvPage page,
      KvPage second,
      int layer,
      int head,
      int pack,
      int to,
      int secondTo,
      float scale) {
    int[] words = page.words[layer];
    int[] others = second.words[layer];
    int keys = block.layout.keys(page, head);
    int otherKeys = block.layout.keys(second, head);
    float[] queries = block.turned;
    float[] scores = block.scores;
    int size = block.layout.size();
    int q = pack * block.padded;
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector d0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector c1 = a0;
    FloatVector d1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector c2 = a0;
    FloatVector d2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    FloatVector c3 = a0;
    FloatVector d3 = a0;
    for (int d = 0; d < size; d++) {
      IntVector word = IntVector.fromArray(INTS, words, keys + d * ROW);
      FloatVector a =
          word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector b = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      IntVector other = IntVector.fromArray(INTS, others, otherKeys + d * ROW);
      FloatVector c =
          other.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector e = other.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(FLOATS, queries[q + 4 * d]);
      a0 = x.fma(a, a0);
      b0 = x.fma(b, b0);
      c0 = x.fma(c, c0);
      d0 = x.fma(e, d0);
      x = FloatVector.broadcast(FLOATS, queries[q + 4 * d + 1]);
      a1 = x.fma(a, a1);
      b1 = x.fma(b, b1);
      c1 = x.fma(c, c1);
      d1 = x.fma(e, d1);
      x = FloatVector.broadcast(FLOATS, queries[q + 4 * d + 2]);
      a2 = x.fma(a, a2);
      b2 = x.fma(b, b2);
      c2 = x.fma(c, c2);
      d2 = x.fma(e, d2);
      x = FloatVector.broadcast(FLOATS, queries[q + 4 * d + 3]);
      a3 = x.fma(a, a3);
      b3 = x.fma(b, b3);
      c3 = x.fma(c, c3);
      d3 = x.fma(e, d3);
    }
    a0.mul(scale).intoArray(scores, to);
    b0.mul(scale).intoArray(scores, to + ROW);
    c0.mul(scale).intoArray(scores, secondTo);
    d0.mul(scale).intoArray(scores, secondTo + ROW);
    a1.mul(scale).intoArray(scores, to + STRIDE);
    b1.mul(scale).intoArray(scores, to + STRIDE + ROW);
    c1.mul(scale).intoArray(scores, secondTo + STRIDE);
    d1.mul(scale).intoArray(scores, secondTo + STRIDE + ROW);
    a2.mul(scale).intoArray(scores, to + 2 * STRIDE);
    b2.mul(scale).intoArray(scores, to + 2 * STRIDE + ROW);
    c2.mul(scale).intoArray(scores, secondTo + 2 * STRIDE);
    d2.mul(scale).intoArray(scores, secondTo + 2 * STRIDE + ROW);
    a3.mul(scale).intoArray(scores, to + 3 * STRIDE);
    b3.mul(scale).intoArray(scores, to + 3 * STRIDE + ROW);
    c3.mul(scale).intoArray(scores, secondTo + 3 * STRIDE);
    d3.mul(scale).intoArray(scores, secondTo + 3 * STRIDE + ROW);
  }

  /**
   * Adds the first {@code slots} values, weighted, in a group of 32 dimensions and the next one.
   *
   * @param pack the first query
   * @param w where its weights of the page begin
   */
  static void mix(
      AttentionBlock block,
      KvPage page,
      int layer,
      int head,
      int group,
      int pack,
      int w,
      int slots) {
    int[] words = page.words[layer];
    int values = block.layout.values(page, head, group);
    int otherValues = block.layout.values(page, head, group + 1);
    float[] weights = block.scores;
    float[] out = block.out;
    int padded = block.padded;
    int to = pack * padded + group * 2 * ROW;
    IntVector place = IntVector.broadcast(INTS, PLACE);
    IntVector three = IntVector.broadcast(INTS, 3);
    IntVector sixteen = IntVector.broadcast(INTS, 16);
    FloatVector a0 = FloatVector.fromArray(FLOATS, out, to);
    FloatVector b0 = FloatVector.fromArray(FLOATS, out, to + ROW);
    FloatVector c0 = FloatVector.fromArray(FLOATS, out, to + 2 * ROW);
    FloatVector d0 = FloatVector.fromArray(FLOATS, out, to + 3 * ROW);
    FloatVector a1 = FloatVector.fromArray(FLOATS, out, to + padded);
    FloatVector b1 = FloatVector.fromArray(FLOATS, out, to + padded + ROW);
    FloatVector c1 = FloatVector.fromArray(FLOATS, out, to + padded + 2 * ROW);
    FloatVector d1 = FloatVector.fromArray(FLOATS, out, to + padded + 3 * ROW);
    FloatVector a2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded);
    FloatVector b2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded + ROW);
    FloatVector c2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded + 2 * ROW);
    FloatVector d2 = FloatVector.fromArray(FLOATS, out, to + 2 * padded + 3 * ROW);
    FloatVector a3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded);
    FloatVector b3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded + ROW);
    FloatVector c3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded + 2 * ROW);
    FloatVector d3 = FloatVector.fromArray(FLOATS, out, to + 3 * padded + 3 * ROW);
    for (int p = 0; p < slots; p++) {
      IntVector word = IntVector.fromArray(INTS, words, values + p * ROW);
      FloatVector a =
          word.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector b = word.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      IntVector other = IntVector.fromArray(INTS, words, otherValues + p * ROW);
      FloatVector c =
          other.lanewise(LSHL, sixteen).lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector d = other.lanewise(ASHR, three).and(place).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(FLOATS, weights[w + p]);
      a0 = x.fma(a, a0);
      b0 = x.fma(b, b0);
      c0 = x.fma(c, c0);
      d0 = x.fma(d, d0);
      x = FloatVector.broadcast(FLOATS, weights[w + STRIDE + p]);
      a1 = x.fma(a, a1);
      b1 = x.fma(b, b1);
      c1 = x.fma(c, c1);
      d1 = x.fma(d, d1);
      x = FloatVector.broadcast(FLOATS, weights[w + 2 * STRIDE + p]);
      a2 = x.fma(a, a2);
      b2 = x.fma(b, b2);
      c2 = x.fma(c, c2);
      d2 = x.fma(d, d2);
      x = FloatVector.broadcast(FLOATS, weights[w + 3 * STRIDE + p]);
      a3 = x.fma(a, a3);
      b3 = x.fma(b, b3);
      c3 = x.fma(c, c3);
      d3 = x.fma(d, d3);
    }
    a0.intoArray(out, to);
    b0.intoArray(out, to + ROW);
    c0.intoArray(out, to + 2 * ROW);
    d0.intoArray(out, to + 3 * ROW);
    a1.intoArray(out, to + padded);
    b1.intoArray(out, to + padded + ROW);
    c1.intoArray(out, to + padded + 2 * ROW);
    d1.intoArray(out, to + padded + 3 * ROW);
    a2.intoArray(out, to + 2 * padded);
    b2.intoArray(out, to + 2 * padded + ROW);
    c2.intoArray(out, to + 2 * padded + 2 * ROW);
    d2.intoArray(out, to + 2 * padded + 3 * ROW);
    a3.intoArray(out, to + 3 * padded);
    b3.intoArray(out, to + 3 * padded + ROW);
    c3.intoArray(out, to + 3 * padded + 2 * ROW);
    d3.intoArray(out, to + 3 * padded + 3 * ROW);
  }
}
