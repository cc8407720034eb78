package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Kernels.PAGE;
import static dev.kedge.engine.kernel.ScalarKernels.LANES;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The softmax of a query's scores, which lie page by page among those of its pack. */
final class PageWeights {
  private static final int WIDTH = FLOATS.length();
  private static final boolean WIDE = WIDTH == LANES;
  private static final float[] NONE = {};

  private PageWeights() {}

  /**
   * Replaces a query's scores by e^(score - max), in F16 times the factor that takes its values up,
   * and those of what it does not see by 0.
   *
   * @return the sum
   */
  static float weigh(AttentionBlock block, int query) {
    int page = block.fromPage(query);
    int end = block.toPage(query);
    hide(block, query, page * PAGE, block.first[query]);
    hide(block, query, block.end[query], end * PAGE);
    int from = block.place(query, page);
    float max = max(block.scores, from, end - page, block.apart());
    float factor = block.layout.type() == KvType.F16 ? HalfAttention.UP : 1;
    return exponentials(block.scores, from, end - page, block.apart(), max, factor);
  }

  /* Positions from … to − 1 are not seen. */
  private static void hide(AttentionBlock block, int query, int from, int to) {
    for (int p = from; p < to; ) {
      int end = Math.min(to, (p / PAGE + 1) * PAGE);
      int at = block.place(query, p / PAGE) + p % PAGE;
      Arrays.fill(block.scores, at, at + end - p, Float.NEGATIVE_INFINITY);
      p = end;
    }
  }

  private static float max(float[] scores, int from, int pages, int apart) {
    FloatVector top = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int page = 0; page < pages; page++) {
      int row = from + page * apart;
      for (int i = 0; i < PAGE; i += WIDTH) {
        // A comparison is one instruction, a maximum with its rules for zeros and NaN are seven;
        // with a NaN among the scores the result is NaN either way.
        FloatVector score = FloatVector.fromArray(FLOATS, scores, row + i);
        top = top.blend(score, top.lt(score));
      }
    }
    // As integers in the same order: a maximum of floats has rules for zeros and NaN here too.
    int largest = ordered(top.reinterpretAsInts()).reduceLanes(VectorOperators.MAX);
    return Float.intBitsToFloat(largest ^ largest >> 31 >>> 1);
  }

  private static IntVector ordered(IntVector bits) {
    return bits.lanewise(
        VectorOperators.XOR,
        bits.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.LSHR, 1));
  }

  private static float exponentials(
      float[] scores, int from, int pages, int apart, float max, float factor) {
    FloatVector none = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    float[] lanes = WIDE ? NONE : new float[LANES];
    for (int slice = 0; slice < LANES; slice += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int page = 0; page < pages; page++) {
        int row = from + page * apart + slice;
        for (int i = 0; i < PAGE; i += LANES) {
          FloatVector score = FloatVector.fromArray(FLOATS, scores, row + i);
          VectorMask<Float> unseen = score.eq(none);
          FloatVector weight = VectorKernels.exp(score.sub(max)).blend(0, unseen);
          sum = sum.add(weight);
          weight.mul(factor).intoArray(scores, row + i);
        }
      }
      if (WIDE) {
        sum = sum.add(sum.rearrange(LaneSums.EIGHT));
        sum = sum.add(sum.rearrange(LaneSums.FOUR));
        sum = sum.add(sum.rearrange(LaneSums.TWO));
        return sum.add(sum.rearrange(LaneSums.ONE)).lane(0);
      }
      sum.intoArray(lanes, slice);
    }
    return ScalarKernels.sum(lanes, 0);
  }
}
