package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Kernels.PAGE;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Attention over pages of halves in one pass (Milakov and Gimelshein 2018, Dao et al. 2022): of a
 * few pages the scores, then their weights relative to the largest score so far, then the values;
 * where a larger score comes, what was added before is scaled down. So a result depends on where
 * these begin. Their keys and values are read together, and scores never leave the first-level
 * cache.
 */
final class FreeAttention {
  private static final int WIDTH = FLOATS.length();
  private static final int PIECE = 8;

  private final boolean platformExp;

  FreeAttention(boolean platformExp) {
    this.platformExp = platformExp;
  }

  void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    if (block.layout.type() != KvType.F16) {
      throw new IllegalArgumentException("pages of halves only");
    }
    int count = block.count();
    VectorAttention attention = new VectorAttention(block, pages, layer, head, AttentionCode.ON);
    float[] largest = new float[count];
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    float[] sums = new float[count * WIDTH];
    int together = block.together();
    for (int page = block.fromPage(); page < block.toPage(); page += PIECE) {
      for (int pack = 0; pack < count; pack += together) {
        int from = Math.max(page, block.fromPage(pack));
        int to = Math.min(page + PIECE, block.toPage(pack));
        attention.score(from, to, pack, scale);
        for (int q = pack; q < Math.min(count, pack + together); q++) {
          weigh(block, q, from, to, largest, sums);
        }
        attention.mix(from, to, pack);
      }
    }
    for (int i = 0; i < count; i++) {
      float sum = FloatVector.fromArray(FLOATS, sums, i * WIDTH).reduceLanes(VectorOperators.ADD);
      scale(block.out, i * block.padded, block.padded, 1 / sum);
    }
  }

  private void weigh(
      AttentionBlock block, int query, int fromPage, int toPage, float[] largest, float[] sums) {
    float[] scores = block.scores;
    FloatVector top = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int page = fromPage; page < toPage; page++) {
      int row = block.place(query, page);
      int from = block.first[query] - page * PAGE;
      int to = block.end[query] - page * PAGE;
      for (int i = 0; i < Math.min(from, PAGE); i++) scores[row + i] = Float.NEGATIVE_INFINITY;
      for (int i = Math.max(to, 0); i < PAGE; i++) scores[row + i] = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < PAGE; i += WIDTH) {
        FloatVector score = FloatVector.fromArray(FLOATS, scores, row + i);
        top = top.blend(score, top.lt(score));
      }
    }
    float most = top.reduceLanes(VectorOperators.MAX);
    if (most > largest[query]) {
      if (fromPage * PAGE > block.first[query]) {
        float less = Exponential.exp(largest[query] - most);
        scale(block.out, query * block.padded, block.padded, less);
        scale(sums, query * WIDTH, WIDTH, less);
      }
      largest[query] = most;
    }
    float max = Math.max(largest[query], -Float.MAX_VALUE);
    FloatVector sum = FloatVector.fromArray(FLOATS, sums, query * WIDTH);
    for (int page = fromPage; page < toPage; page++) {
      int row = block.place(query, page);
      for (int i = row; i < row + PAGE; i += WIDTH) {
        FloatVector weight = exp(FloatVector.fromArray(FLOATS, scores, i).sub(max));
        sum = sum.add(weight);
        weight.mul(HalfAttention.UP).intoArray(scores, i);
      }
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
