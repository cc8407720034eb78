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

  /* Pages that are taken together. */
  private static final int FOUR = 4;

  /* Queries that pass through pages in less time than these take to come from memory. */
  private static final int FEW = 2 * AT_ONCE;

  private VectorAttention() {}

  static void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    block.prepare();
    KvType type = block.layout.type();
    int count = block.count();
    int base = block.fromPage(0, count);
    int end = block.toPage(0, count);
    scaleQueries(block, type == KvType.F16 ? HalfAttention.UP : 1);
    for (int page = base; page < end; page += FOUR) {
      for (int i = 0; i < count; i += AT_ONCE) {
        score(block, pages, page, layer, head, i, Math.min(count, i + AT_ONCE), base, scale);
      }
    }
    float[] inverse = new float[count];
    for (int i = 0; i < count; i++) inverse[i] = 1 / weigh(block, i, base, type);
    for (int page = base; page < end; page++) {
      KvPage next = pages[Math.min(page + 1, end - 1)];
      for (int i = 0; i < count; i += AT_ONCE) {
        int to = Math.min(count, i + AT_ONCE);
        if (page < block.fromPage(i, to) || page >= block.toPage(i, to)) continue;
        int weights = i * block.stride + (page - base) * PAGE;
        int slots = slots(block, i, to, page);
        switch (type) {
          case F16 -> {
            if (StreamedHalves.pairs(block) && count > AT_ONCE && to - i > 1) {
              StreamedHalves.mix(block, pages[page], layer, head, i, weights, slots);
            } else {
              HalfAttention.mix(block, pages[page], next, layer, head, i, to, weights, slots);
            }
          }
          case Q8 ->
              ByteAttention.mix(block, pages[page], next, layer, head, i, to, weights, slots);
        }
      }
    }
    for (int i = 0; i < count; i++) multiply(block.out, i * block.padded, block.padded, inverse[i]);
  }

  /* Scores of at most four queries with those of four pages that they see. */
  private static void score(
      AttentionBlock block,
      KvPage[] pages,
      int page,
      int layer,
      int head,
      int from,
      int to,
      int base,
      float scale) {
    int first = Math.max(page, block.fromPage(from, to));
    int end = Math.min(page + FOUR, block.toPage(from, to));
    boolean streamed =
        block.layout.type() == KvType.F16
            && StreamedHalves.ENABLED
            && block.count() > AT_ONCE
            && to - from > 1;
    int scores = from * block.stride + (first - base) * PAGE;
    if (streamed && end - first == FOUR && block.count() <= FEW) {
      KvPage second = pages[page + 1];
      KvPage third = pages[page + 2];
      KvPage fourth = pages[page + 3];
      for (int i = from; i < to; i += 2, scores += 2 * block.stride) {
        StreamedHalves.score(
            block, pages[page], second, third, fourth, layer, head, i, scores, scale);
      }
      return;
    }
    for (int p = first; p < end; ) {
      int done = streamed && p + 1 < end ? 2 : 1;
      KvPage next = pages[Math.min(p + 1, block.toPage(from, to) - 1)];
      if (done == 2) {
        StreamedHalves.score(block, pages[p], next, layer, head, from, scores, scale);
      } else if (block.layout.type() == KvType.F16) {
        HalfAttention.score(block, pages[p], next, layer, head, from, to, scores, scale);
      } else {
        ByteAttention.score(block, pages[p], next, layer, head, from, to, scores, scale);
      }
      p += done;
      scores += done * PAGE;
    }
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
  private static float weigh(AttentionBlock block, int query, int base, KvType type) {
    int pack = query / AT_ONCE * AT_ONCE;
    int packEnd = Math.min(block.count(), pack + AT_ONCE);
    float[] scores = block.scores;
    int row = query * block.stride + (block.fromPage(pack, packEnd) - base) * PAGE;
    int length = (block.toPage(pack, packEnd) - block.fromPage(pack, packEnd)) * PAGE;
    int from = block.first[query] - block.fromPage(pack, packEnd) * PAGE;
    int to = block.end[query] - block.fromPage(pack, packEnd) * PAGE;
    for (int i = 0; i < from; i++) scores[row + i] = Float.NEGATIVE_INFINITY;
    for (int i = to; i < length; i++) scores[row + i] = Float.NEGATIVE_INFINITY;
    FloatVector top = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < length; i += WIDTH) {
      top = top.max(FloatVector.fromArray(FLOATS, scores, row + i));
    }
    return exponentials(scores, row, length, top.reduceLanes(VectorOperators.MAX), type);
  }

  private static float exponentials(float[] scores, int row, int length, float max, KvType type) {
    float factor = type == KvType.F16 ? HalfAttention.UP : 1;
    FloatVector none = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    float[] lanes = new float[LANES];
    for (int slice = 0; slice < LANES; slice += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = row + slice; i < row + length; i += LANES) {
        FloatVector score = FloatVector.fromArray(FLOATS, scores, i);
        VectorMask<Float> unseen = score.eq(none);
        FloatVector weight = VectorKernels.exp(score.sub(max)).blend(0, unseen);
        sum = sum.add(weight);
        weight.mul(factor).intoArray(scores, i);
      }
      sum.intoArray(lanes, slice);
    }
    return ScalarKernels.sum(lanes, 0);
  }
}
