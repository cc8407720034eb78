package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.SHORTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarKernels#quantize} in vectors. The largest magnitude and the sum of integers do not
 * depend on order; all else is one element's own arithmetic, hence the same bits.
 */
final class Quantization {
  private static final int BLOCK = Activations.BLOCK;
  private static final int WIDTH = FLOATS.length();
  private static final int ROUND_BITS = Float.floatToRawIntBits(Exponential.ROUND);

  /* Blocks whose integers pass through memory together: new memory is not in the cache. */
  private static final int SOME = 16;

  private Quantization() {}

  static void quantize(Activations x, int token) {
    int blocks = x.width() / BLOCK;
    int[] integers = new int[Math.min(blocks, SOME) * BLOCK];
    for (int from = 0; from < blocks; from += SOME) {
      some(x, token, from, Math.min(blocks, from + SOME), integers);
    }
  }

  private static void some(Activations x, int token, int fromBlock, int toBlock, int[] integers) {
    for (int b = fromBlock; b < toBlock; b++) {
      int from = token * x.width() + b * BLOCK;
      int to = token * x.blocks() + b;
      float scale = largest(x.values, from) / 127;
      int place = (b - fromBlock) * BLOCK;
      int sum =
          scale >= Float.MIN_NORMAL && scale <= Float.MAX_VALUE
              ? round(x.values, from, scale, integers, place)
              : roundOneByOne(x.values, from, scale, integers, place);
      x.scales[to] = scale;
      x.sums[to] = sum;
      x.minus[to] = -(scale * sum);
    }
    int first = (token * x.blocks() + fromBlock) * BLOCK;
    int count = (toBlock - fromBlock) * BLOCK;
    short[] quants = x.quants;
    for (int i = 0; i < count; i++) quants[first + i] = (short) integers[i];
  }

  /* Magnitudes as integers: they have the same order, and what is no number is above all. */
  private static float largest(float[] values, int from) {
    IntVector max = IntVector.zero(INTS);
    for (int i = 0; i < BLOCK; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, values, from + i);
      max = max.max(v.reinterpretAsInts().and(Integer.MAX_VALUE));
    }
    return Float.intBitsToFloat(max.reduceLanes(VectorOperators.MAX));
  }

  /* Returns the integers' sum. No quotient is beyond 127 by more than a rounding error here. */
  private static int round(float[] values, int from, float scale, int[] out, int to) {
    IntVector sum = IntVector.zero(INTS);
    for (int i = 0; i < BLOCK; i += WIDTH) {
      FloatVector q = FloatVector.fromArray(FLOATS, values, from + i).div(scale);
      IntVector rounded = q.add(Exponential.ROUND).reinterpretAsInts().sub(ROUND_BITS);
      rounded.intoArray(out, to + i);
      sum = sum.add(rounded);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  private static int roundOneByOne(float[] values, int from, float scale, int[] out, int to) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      int q = ScalarKernels.round(values[from + i], scale);
      out[to + i] = q;
      sum += q;
    }
    return sum;
  }

  /** The multipliers of {@link NibbleSums} for columns {@code from} to {@code to} − 1. */
  static void differences(short[] quants, short[] out, int from, int to) {
    for (int k = from; k < to; k += SHORTS.length()) {
      ShortVector x = ShortVector.fromArray(SHORTS, quants, k);
      // Within four columns every one meets 2⁴ times the one before.
      ShortVector before =
          x.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 20).reinterpretAsShorts();
      x.sub(before.and((short) -16)).intoArray(out, k);
    }
  }
}
