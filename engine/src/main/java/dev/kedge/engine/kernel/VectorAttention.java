package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.AttentionBlock.AT_ONCE;
import static dev.kedge.engine.kernel.Kernels.PAGE;
import static dev.kedge.engine.kernel.ScalarKernels.LANES;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Attention over pages with vectors. A lane is a position while scores are computed and a dimension
 * while values are added, so no sum crosses lanes. All queries of a block go through a page before
 * the next page is read; of one query the order is that of {@link ScalarAttention}. Slots that a
 * query does not see are computed along and get weight 0, which changes nothing since pages hold
 * finite numbers only.
 */
final class VectorAttention {
  private static final int WIDTH = FLOATS.length();

  private VectorAttention() {}

  static void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    KvType type = block.layout.type();
    int count = block.count();
    boolean eight = type == KvType.F16 && EightQueries.ENABLED && count > AT_ONCE;
    block.prepare(eight ? EightQueries.QUERIES : AT_ONCE);
    int base = block.fromPage(0, count);
    int end = block.toPage(0, count);
    scaleQueries(block, type == KvType.F16 ? HalfAttention.UP : 1);
    for (int page = base; page < end; page++) {
      score(block, pages, page, layer, head, scale);
    }
    float[] inverse = new float[count];
    for (int i = 0; i < count; i++) inverse[i] = 1 / weigh(block, i, type);
    for (int page = base; page < end; page++) {
      mix(block, pages, page, layer, head);
    }
    for (int i = 0; i < count; i++) multiply(block.out, i * block.padded, block.padded, inverse[i]);
  }

  /* Scores with one page's keys of all queries that see some of it. */
  private static void score(
      AttentionBlock block, KvPage[] pages, int page, int layer, int head, float scale) {
    int count = block.count();
    int together = block.together();
    KvPage own = pages[page];
    KvPage next = pages[Math.min(page + 1, block.toPage(0, count) - 1)];
    for (int i = 0; i < count; i += together) {
      int to = Math.min(count, i + together);
      if (!seen(block, i, to, page)) continue;
      int scores = block.place(i, page);
      switch (block.layout.type()) {
        case F16 -> {
          if (together == AT_ONCE) {
            HalfAttention.score(block, own, next, layer, head, i, to, scores, scale);
          } else {
            EightQueries.score(block, own, layer, head, i, scores, scale);
          }
        }
        case Q8 -> ByteAttention.score(block, own, next, layer, head, i, to, scores, scale);
      }
    }
  }

  /* Adds one page's values to all queries that see some of it. */
  private static void mix(AttentionBlock block, KvPage[] pages, int page, int layer, int head) {
    int count = block.count();
    int together = block.together();
    KvPage own = pages[page];
    KvPage next = pages[Math.min(page + 1, block.toPage(0, count) - 1)];
    for (int i = 0; i < count; i += together) {
      int to = Math.min(count, i + together);
      if (!seen(block, i, to, page)) continue;
      int weights = block.place(i, page);
      int slots = slots(block, i, to, page);
      switch (block.layout.type()) {
        case F16 -> {
          if (together == AT_ONCE) {
            HalfAttention.mix(block, own, next, layer, head, i, to, weights, slots);
          } else {
            EightQueries.mix(block, own, layer, head, i, weights, slots);
          }
        }
        case Q8 -> ByteAttention.mix(block, own, next, layer, head, i, to, weights, slots);
      }
    }
  }

  private static boolean seen(AttentionBlock block, int from, int to, int page) {
    return page >= block.fromPage(from, to) && page < block.toPage(from, to);
  }

  /* Of a page, how many slots some of these queries see, counted from the first one. */
  private static int slots(AttentionBlock block, int from, int to, int page) {
    int most = 0;
    for (int i = from; i < to; i++) most = Math.max(most, block.end[i]);
    return Math.min(PAGE, most - page * PAGE);
  }

  private static void scaleQueries(AttentionBlock block, float factor) {
    float[] queries = block.queries;
    int length = block.count() * block.padded;
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector.fromArray(FLOATS, queries, i)
          .max(-ScalarAttention.LARGEST_QUERY)
          .min(ScalarAttention.LARGEST_QUERY)
          .mul(factor)
          .intoArray(queries, i);
    }
  }

  private static void multiply(float[] x, int offset, int length, float factor) {
    for (int i = offset; i < offset + length; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
    }
  }

  /* Replaces a query's scores by e^(score - max), in F16 times the factor that takes its values up,
   * and those of what it does not see by 0; returns the sum. */
  private static float weigh(AttentionBlock block, int query, KvType type) {
    int pack = query / block.together() * block.together();
    int packEnd = Math.min(block.count(), pack + block.together());
    int page = block.fromPage(pack, packEnd);
    int end = block.toPage(pack, packEnd);
    hide(block, query, page * PAGE, block.first[query]);
    hide(block, query, block.end[query], end * PAGE);
    int from = block.place(query, page);
    int to = from + (end - page) * block.apart();
    float[] scores = block.scores;
    FloatVector top = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int row = from; row < to; row += block.apart()) {
      for (int i = row; i < row + PAGE; i += WIDTH) {
        // A comparison is one instruction, a maximum with its rules for zeros and NaN are seven;
        // with a NaN among the scores the result is NaN either way.
        FloatVector score = FloatVector.fromArray(FLOATS, scores, i);
        top = top.blend(score, top.lt(score));
      }
    }
    float max = top.reduceLanes(VectorOperators.MAX);
    return exponentials(scores, from, to, block.apart(), max, type);
  }

  /* Positions from … to − 1 are not seen. */
  private static void hide(AttentionBlock block, int query, int from, int to) {
    for (int p = from; p < to; p++) {
      block.scores[block.place(query, p / PAGE) + p % PAGE] = Float.NEGATIVE_INFINITY;
    }
  }

  private static float exponentials(
      float[] scores, int from, int to, int apart, float max, KvType type) {
    float factor = type == KvType.F16 ? HalfAttention.UP : 1;
    FloatVector none = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    float[] lanes = new float[LANES];
    for (int slice = 0; slice < LANES; slice += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int row = from + slice; row < to; row += apart) {
        for (int i = row; i < row + PAGE; i += LANES) {
          FloatVector score = FloatVector.fromArray(FLOATS, scores, i);
          VectorMask<Float> unseen = score.eq(none);
          FloatVector weight = VectorKernels.exp(score.sub(max)).blend(0, unseen);
          sum = sum.add(weight);
          weight.mul(factor).intoArray(scores, i);
        }
      }
      sum.intoArray(lanes, slice);
    }
    return ScalarKernels.sum(lanes, 0);
  }
}
