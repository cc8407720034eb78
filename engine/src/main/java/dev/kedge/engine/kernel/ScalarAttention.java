package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Kernels.PAGE;
import static dev.kedge.engine.kernel.ScalarKernels.LANES;

/**
 * The specification of attention over pages. Of each query alone: scores sum over the dimensions
 * one after the other, the softmax's sum runs in 16 lanes by position, the values' sums over the
 * positions one after the other.
 */
final class ScalarAttention {
  /** Queries are cut to the range of halves. */
  static final float LARGEST_QUERY = 65504;

  private ScalarAttention() {}

  static void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    block.prepare(AttentionBlock.AT_ONCE);
    for (int i = 0; i < block.count(); i++) {
      for (int p = block.first[i]; p < block.end[i]; p++) {
        block.scores[at(block, i, p)] =
            score(block, i, pages[p / PAGE], layer, head, p % PAGE, scale);
      }
      float inverse = 1 / weigh(block, i);
      for (int d = 0; d < block.layout.size(); d++) {
        block.out[i * block.padded + d] = mixed(block, i, pages, layer, head, d) * inverse;
      }
    }
  }

  private static int at(AttentionBlock block, int query, int position) {
    return block.place(query, position / PAGE) + position % PAGE;
  }

  private static float score(
      AttentionBlock block, int query, KvPage page, int layer, int head, int slot, float scale) {
    float dot = 0;
    for (int d = 0; d < block.layout.size(); d++) {
      float q = block.queries[query * block.padded + d];
      float cut = Math.min(Math.max(q, -LARGEST_QUERY), LARGEST_QUERY);
      dot = Math.fma(cut, KvStore.key(page, layer, head, slot, d), dot);
    }
    return dot * KvStore.keyScale(page, layer, head, slot) * scale;
  }

  /* Replaces scores by e^(score - max) and returns their sum. */
  private static float weigh(AttentionBlock block, int query) {
    float max = Float.NEGATIVE_INFINITY;
    for (int p = block.first[query]; p < block.end[query]; p++) {
      max = Math.max(max, block.scores[at(block, query, p)]);
    }
    float[] lanes = new float[LANES];
    for (int p = block.first[query]; p < block.end[query]; p++) {
      float weight = Exponential.exp(block.scores[at(block, query, p)] - max);
      block.scores[at(block, query, p)] = weight;
      lanes[p % LANES] += weight;
    }
    return ScalarKernels.sum(lanes, 0);
  }

  private static float mixed(
      AttentionBlock block, int query, KvPage[] pages, int layer, int head, int d) {
    float sum = 0;
    for (int p = block.first[query]; p < block.end[query]; p++) {
      KvPage page = pages[p / PAGE];
      float weight =
          block.scores[at(block, query, p)] * KvStore.valueScale(page, layer, head, p % PAGE);
      sum = Math.fma(weight, KvStore.value(page, layer, head, p % PAGE, d), sum);
    }
    return sum;
  }
}
