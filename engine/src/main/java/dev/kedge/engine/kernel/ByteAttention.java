package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Kernels.PAGE;
import static dev.kedge.engine.kernel.KvLayout.ROW;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;
import static dev.kedge.engine.kernel.VectorKernels.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The products of attention with pages of bytes. A byte is shifted to the top of its word and back,
 * then converted; four bytes of a word take part one after the other. Two queries at a time: with
 * four the loop exceeds what the compiler keeps in registers.
 */
final class ByteAttention {
  private static final int WIDTH = FLOATS.length();

  private ByteAttention() {}

  /** Scores of queries {@code from} to {@code to}, at most four, with the page's 32 keys. */
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
    float[] scales = page.scales[layer];
    int keys = block.layout.keys(page, head);
    int keyScales = block.layout.keyScales(page, head);
    for (int i = from; i < to; i += 2) {
      int q = i * block.padded;
      int second = i + 1 < to ? block.padded : 0;
      int at = scores + (i - from) * AttentionBlock.STRIDE;
      int secondAt = i + 1 < to ? AttentionBlock.STRIDE : 0;
      for (int slice = 0; slice < ROW; slice += WIDTH) {
        score(words, keys + slice, block, q, second, at + slice, secondAt);
        scale(block.scores, at + slice, scales, keyScales + slice, scale);
        scale(block.scores, at + slice + ROW, scales, keyScales + slice + ROW, scale);
        if (secondAt == 0) continue;
        scale(block.scores, at + secondAt + slice, scales, keyScales + slice, scale);
        scale(block.scores, at + secondAt + slice + ROW, scales, keyScales + slice + ROW, scale);
      }
    }
  }

  private static void scale(float[] x, int offset, float[] scales, int at, float factor) {
    FloatVector.fromArray(FLOATS, x, offset)
        .mul(FloatVector.fromArray(FLOATS, scales, at))
        .mul(factor)
        .intoArray(x, offset);
  }

  /* Two queries, which are the same one where second is 0. */
  private static void score(
      int[] words, int keys, AttentionBlock block, int q, int second, int to, int secondTo) {
    float[] queries = block.queries;
    IntVector shift8 = IntVector.broadcast(INTS, 8);
    IntVector shift16 = IntVector.broadcast(INTS, 16);
    IntVector shift24 = IntVector.broadcast(INTS, 24);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector b1 = FloatVector.zero(FLOATS);
    int rows = (block.layout.size() + 1) / 2;
    for (int row = 0; row < rows; row++) {
      IntVector word = IntVector.fromArray(INTS, words, keys + row * ROW);
      FloatVector low = signed(word.lanewise(VectorOperators.LSHL, shift24), shift24);
      FloatVector high = signed(word.lanewise(VectorOperators.LSHL, shift16), shift24);
      FloatVector x0 = FloatVector.broadcast(FLOATS, queries[q + 2 * row]);
      FloatVector x1 = FloatVector.broadcast(FLOATS, queries[q + second + 2 * row]);
      a0 = x0.fma(low, a0);
      b0 = x0.fma(high, b0);
      a1 = x1.fma(low, a1);
      b1 = x1.fma(high, b1);
      low = signed(word.lanewise(VectorOperators.LSHL, shift8), shift24);
      high = signed(word, shift24);
      x0 = FloatVector.broadcast(FLOATS, queries[q + 2 * row + 1]);
      x1 = FloatVector.broadcast(FLOATS, queries[q + second + 2 * row + 1]);
      a0 = x0.fma(low, a0);
      b0 = x0.fma(high, b0);
      a1 = x1.fma(low, a1);
      b1 = x1.fma(high, b1);
    }
    a1.intoArray(block.scores, to + secondTo);
    b1.intoArray(block.scores, to + secondTo + ROW);
    a0.intoArray(block.scores, to);
    b0.intoArray(block.scores, to + ROW);
  }

  private static FloatVector signed(IntVector atTop, IntVector shift24) {
    IntVector value = atTop.lanewise(VectorOperators.ASHR, shift24);
    return (FloatVector) value.convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  /** Adds the first {@code slots} values, weighted, to the results of at most four queries. */
  static void mix(
      AttentionBlock block,
      KvPage page,
      int layer,
      int head,
      int from,
      int to,
      int weights,
      int slots) {
    int[] words = page.words[layer];
    for (int i = from; i < to; i++) {
      float[] scores = block.scores;
      int w = weights + (i - from) * AttentionBlock.STRIDE;
      int valueScales = block.layout.valueScales(page, head);
      for (int p = 0; p < PAGE; p += WIDTH) {
        FloatVector.fromArray(FLOATS, scores, w + p)
            .mul(FloatVector.fromArray(FLOATS, page.scales[layer], valueScales + p))
            .intoArray(scores, w + p);
      }
    }
    for (int d = 0; d < block.padded; d += 2 * ROW) {
      int values = block.layout.values(page, head, d / (2 * ROW));
      for (int i = from; i < to; i += 2) {
        int second = i + 1 < to ? 1 : 0;
        int w = weights + (i - from) * AttentionBlock.STRIDE;
        int out = i * block.padded + d;
        for (int slice = 0; slice < ROW; slice += WIDTH) {
          mix(
              words,
              values + slice,
              slots,
              block.scores,
              w,
              second * AttentionBlock.STRIDE,
              block.out,
              out + slice,
              second * block.padded);
        }
      }
    }
  }

  /* Positions beyond the slots have weight 0, so an even number is taken. */
  private static void mix(
      int[] words,
      int values,
      int slots,
      float[] weights,
      int w,
      int second,
      float[] out,
      int to,
      int secondTo) {
    IntVector shift8 = IntVector.broadcast(INTS, 8);
    IntVector shift16 = IntVector.broadcast(INTS, 16);
    IntVector shift24 = IntVector.broadcast(INTS, 24);
    FloatVector a0 = FloatVector.fromArray(FLOATS, out, to);
    FloatVector b0 = FloatVector.fromArray(FLOATS, out, to + ROW);
    FloatVector a1 = FloatVector.fromArray(FLOATS, out, to + secondTo);
    FloatVector b1 = FloatVector.fromArray(FLOATS, out, to + secondTo + ROW);
    for (int p = 0; p < slots; p += 2) {
      IntVector word = IntVector.fromArray(INTS, words, values + p / 2 * ROW);
      FloatVector low = signed(word.lanewise(VectorOperators.LSHL, shift24), shift24);
      FloatVector high = signed(word.lanewise(VectorOperators.LSHL, shift16), shift24);
      FloatVector x0 = FloatVector.broadcast(FLOATS, weights[w + p]);
      FloatVector x1 = FloatVector.broadcast(FLOATS, weights[w + second + p]);
      a0 = x0.fma(low, a0);
      b0 = x0.fma(high, b0);
      a1 = x1.fma(low, a1);
      b1 = x1.fma(high, b1);
      low = signed(word.lanewise(VectorOperators.LSHL, shift8), shift24);
      high = signed(word, shift24);
      x0 = FloatVector.broadcast(FLOATS, weights[w + p + 1]);
      x1 = FloatVector.broadcast(FLOATS, weights[w + second + p + 1]);
      a0 = x0.fma(low, a0);
      b0 = x0.fma(high, b0);
      a1 = x1.fma(low, a1);
      b1 = x1.fma(high, b1);
    }
    a1.intoArray(out, to + secondTo);
    b1.intoArray(out, to + secondTo + ROW);
    a0.intoArray(out, to);
    b0.intoArray(out, to + ROW);
  }
}
