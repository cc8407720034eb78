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
 * while values are added, so no sum crosses lanes. One pack of queries reads all keys and then all
 * values in stretches as long as they lie in memory; several packs go through a few pages before
 * the next ones are read. Of one query the order of sums is that of {@link ScalarAttention}. Slots
 * that a query does not see are computed along and get weight 0, which changes nothing since pages
 * hold finite numbers only.
 */
final class VectorAttention {
  private static final int WIDTH = FLOATS.length();

  /* Queries up to which a page is read once for all, four at a time. */
  private static final int FEW = 8;

  /* Pages that several packs read one after the other: they stay in the cache meanwhile. */
  private static final int PIECE = 8;

  private VectorAttention() {}

  static void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    KvType type = block.layout.type();
    int count = block.count();
    boolean eight = type == KvType.F16 && EightQueries.ENABLED && count > FEW;
    block.prepare(eight ? EightQueries.QUERIES : AT_ONCE);
    scaleQueries(block, type == KvType.F16 ? HalfAttention.UP : 1);
    if (type == KvType.F16) block.turn();
    int end = block.toPage();
    int piece = count <= FEW ? end : PIECE;
    int packs = count <= FEW ? count : block.together();
    for (int page = block.fromPage(); page < end; page += piece) {
      for (int pack = 0; pack < count; pack += packs) {
        score(
            block,
            pages,
            page,
            Math.min(page + piece, end),
            layer,
            head,
            pack,
            pack + packs,
            scale);
      }
    }
    float[] inverse = new float[count];
    for (int i = 0; i < count; i++) inverse[i] = 1 / weigh(block, i, type);
    for (int page = block.fromPage(); page < end; page += piece) {
      for (int pack = 0; pack < count; pack += packs) {
        mix(block, pages, page, Math.min(page + piece, end), layer, head, pack, pack + packs);
      }
    }
    for (int i = 0; i < count; i++) multiply(block.out, i * block.padded, block.padded, inverse[i]);
  }

  /**
   * Scores of queries {@code first} to {@code last} − 1 with the keys of pages {@code from} to
   * {@code end} − 1.
   */
  static void score(
      AttentionBlock block,
      KvPage[] pages,
      int from,
      int end,
      int layer,
      int head,
      int first,
      int last,
      float scale) {
    boolean paired = paired(block);
    int half = paired ? (end - from + 1) / 2 : end - from;
    for (int p = from; p < from + half; p++) {
      // Where the number is odd, a page is its own partner or takes part twice.
      int q = paired ? Math.min(p + half, end - 1) : p;
      for (int pack = first; pack < Math.min(last, block.count()); pack += block.together()) {
        if (!block.sees(pack, p) && !block.sees(pack, q)) continue;
        int at = block.place(pack, p);
        if (paired) {
          int second = block.place(pack, q);
          PairedHalves.score(block, pages[p], pages[q], layer, head, pack, at, second, scale);
        } else if (block.layout.type() == KvType.Q8) {
          ByteAttention.score(block, pages[p], layer, head, pack, block.packEnd(pack), at, scale);
        } else if (block.together() == AT_ONCE) {
          HalfAttention.score(block, pages[p], layer, head, pack, block.packEnd(pack), at, scale);
        } else {
          EightQueries.score(block, pages[p], layer, head, pack, at, scale);
        }
      }
    }
  }

  private static boolean paired(AttentionBlock block) {
    return EightQueries.ENABLED
        && block.layout.type() == KvType.F16
        && block.together() == AT_ONCE
        && block.count() > 1;
  }

  /** Adds the values of pages {@code from} to {@code end} − 1 to the results of some queries. */
  static void mix(
      AttentionBlock block,
      KvPage[] pages,
      int from,
      int end,
      int layer,
      int head,
      int first,
      int last) {
    boolean paired = paired(block);
    int groups = block.layout.type() == KvType.Q8 ? 1 : block.padded / KvLayout.GROUP;
    for (int group = 0; group < groups; group++) {
      boolean both = paired && group + 1 < groups;
      for (int p = from; p < end; p++) {
        for (int pack = first; pack < Math.min(last, block.count()); pack += block.together()) {
          if (!block.sees(pack, p)) continue;
          int w = block.place(pack, p);
          int slots = block.slots(pack, p);
          if (both) {
            PairedHalves.mix(block, pages[p], layer, head, group, pack, w, slots);
          } else if (block.layout.type() == KvType.Q8) {
            ByteAttention.mix(block, pages[p], layer, head, pack, block.packEnd(pack), w, slots);
          } else if (block.together() == AT_ONCE) {
            int to = block.packEnd(pack);
            HalfAttention.mix(block, pages[p], layer, head, group, pack, to, w, slots);
          } else {
            EightQueries.mix(block, pages[p], layer, head, group, pack, w, slots);
          }
        }
      }
      if (both) group++;
    }
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
    int page = block.fromPage(query);
    int end = block.toPage(query);
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
