package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.AttentionBlock.AT_ONCE;
import static dev.kedge.engine.kernel.Kernels.PAGE;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Attention over pages of halves in one pass (Milakov and Gimelshein 2018, Dao et al. 2022): of
 * each page the scores, then their weights relative to the largest score so far, then the values;
 * where a larger score comes, what was added before is scaled down. So a result depends on where
 * pages begin. Keys and values of a page are read together, and scores never leave the first-level
 * cache.
 */
final class FreeAttention {
  private static final int WIDTH = FLOATS.length();

  private final boolean platformExp;

  FreeAttention(boolean platformExp) {
    this.platformExp = platformExp;
  }

  void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    if (block.layout.type() != KvType.F16) {
      throw new IllegalArgumentException("pages of halves only");
    }
    block.prepare(AT_ONCE);
    int count = block.count();
    int base = block.fromPage(0, count);
    int end = block.toPage(0, count);
    for (int i = 0; i < count * block.padded; i++) block.queries[i] *= HalfAttention.UP;
    float[] largest = new float[count];
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    float[] sums = new float[count * WIDTH];
    for (int page = base; page < end; page++) {
      KvPage next = pages[Math.min(page + 1, end - 1)];
      for (int i = 0; i < count; i += AT_ONCE) {
        int to = Math.min(count, i + AT_ONCE);
        if (page < block.fromPage(i, to) || page >= block.toPage(i, to)) continue;
        HalfAttention.score(block, pages[page], next, layer, head, i, to, 0, scale);
        for (int q = i; q < to; q++)
          weigh(block, q, (q - i) * AttentionBlock.STRIDE, page, largest, sums);
        HalfAttention.mix(block, pages[page], next, layer, head, i, to, 0, PAGE);
      }
    }
    for (int i = 0; i < count; i++) {
      float sum = FloatVector.fromArray(FLOATS, sums, i * WIDTH).reduceLanes(VectorOperators.ADD);
      scale(block.out, i * block.padded, block.padded, 1 / sum);
    }
  }

  private void weigh(
      AttentionBlock block, int query, int row, int page, float[] largest, float[] sums) {
    float[] scores = block.scores;
    int from = block.first[query] - page * PAGE;
    int to = block.end[query] - page * PAGE;
    for (int i = 0; i < Math.min(from, PAGE); i++) scores[row + i] = Float.NEGATIVE_INFINITY;
    for (int i = Math.max(to, 0); i < PAGE; i++) scores[row + i] = Float.NEGATIVE_INFINITY;
    FloatVector top = FloatVector.fromArray(FLOATS, scores, row);
    for (int i = WIDTH; i < PAGE; i += WIDTH) {
      top = top.max(FloatVector.fromArray(FLOATS, scores, row + i));
    }
    float most = top.reduceLanes(VectorOperators.MAX);
    if (most > largest[query]) {
      if (page * PAGE > block.first[query]) {
        float less = Exponential.exp(largest[query] - most);
        scale(block.out, query * block.padded, block.padded, less);
        scale(sums, query * WIDTH, WIDTH, less);
      }
      largest[query] = most;
    }
    float max = Math.max(largest[query], -Float.MAX_VALUE);
    FloatVector sum = FloatVector.fromArray(FLOATS, sums, query * WIDTH);
    for (int i = row; i < row + PAGE; i += WIDTH) {
      FloatVector weight = exp(FloatVector.fromArray(FLOATS, scores, i).sub(max));
      sum = sum.add(weight);
      weight.mul(HalfAttention.UP).intoArray(scores, i);
    }
    sum.intoArray(sums, query * WIDTH);
  }

  /* The engine's stops at e⁻⁸⁷, which is as good as nothing. */
  private FloatVector exp(FloatVector x) {
    return platformExp ? x.lanewise(VectorOperators.EXP) : VectorKernels.exp(x);
  }

  private static void scale(float[] x, int from, int length, float factor) {
    for (int i = from; i < from + length; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
    }
  }
}
