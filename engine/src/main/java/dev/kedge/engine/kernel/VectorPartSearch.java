package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Parts.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link ScalarPartSearch} with parts in lanes: a lane does what the specification does for its
 * part, so the width of a vector changes nothing.
 *
 * <p>Sums stay in registers over the elements of a part, one trial at a time: several at once were
 * no faster. Few kinds of operations serve, all on floats: until a method is compiled, each kind
 * runs as a loop of lambdas that is compiled too, which showed in the time of a small model. Hence
 * bounds are compared and blended; a zero of the other sign rounds to the same level.
 */
final class VectorPartSearch implements PartSearch {
  private static final int WIDTH = FLOATS.length();

  private VectorPartSearch() {}

  static PartSearch create() {
    return VectorKernels.BITS < 128 ? PartSearch.scalar() : new VectorPartSearch();
  }

  /** What is known of the parts in the lanes of a vector, and the sums of a trial. */
  private static final class Fit {
    final float[] least = new float[WIDTH];
    final float[] range = new float[WIDTH];
    final float[] sumX = new float[WIDTH];
    final float[] sumXx = new float[WIDTH];
    final float[] sumQ = new float[WIDTH];
    final float[] sumQq = new float[WIDTH];
    final float[] sumQx = new float[WIDTH];
    /* Of the best trial so far. */
    final float[] error = new float[WIDTH];
  }

  @Override
  public void fitWithMinimum(Parts parts, int top) {
    Fit fit = new Fit();
    for (int p = 0; p < LANES; p += WIDTH) {
      measure(parts, p, top, fit);
      for (int step = 0; step < STEPS; step++) {
        tryStep(parts, p, top + FIRST_STEP + NEXT_STEP * step, fit);
        solve(parts, p, fit);
      }
    }
  }

  private static void measure(Parts parts, int p, int top, Fit fit) {
    FloatVector least = FloatVector.zero(FLOATS);
    FloatVector most = FloatVector.zero(FLOATS);
    FloatVector sumX = FloatVector.zero(FLOATS);
    FloatVector sumXx = FloatVector.zero(FLOATS);
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      least = least.blend(x, x.compare(LT, least));
      most = most.blend(x, x.compare(GT, most));
      sumX = sumX.add(x);
      sumXx = sumXx.add(x.mul(x));
    }
    FloatVector range = most.sub(least);
    least.intoArray(fit.least, 0);
    range.intoArray(fit.range, 0);
    sumX.intoArray(fit.sumX, 0);
    sumXx.intoArray(fit.sumXx, 0);
    FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY).intoArray(fit.error, 0);
    range.div(top).intoArray(parts.scale, p);
    FloatVector.zero(FLOATS).sub(least).intoArray(parts.minimum, p);
  }

  private static void tryStep(Parts parts, int p, float steps, Fit fit) {
    FloatVector least = FloatVector.fromArray(FLOATS, fit.least, 0);
    FloatVector range = FloatVector.fromArray(FLOATS, fit.range, 0);
    FloatVector inverse = FloatVector.broadcast(FLOATS, steps).div(range);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector sumQ = FloatVector.zero(FLOATS);
    FloatVector sumQq = FloatVector.zero(FLOATS);
    FloatVector sumQx = FloatVector.zero(FLOATS);
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      FloatVector level = x.sub(least).mul(inverse).add(round).sub(round);
      sumQ = sumQ.add(level);
      // Small whole numbers: exact, however it is rounded.
      sumQq = level.fma(level, sumQq);
      sumQx = sumQx.add(level.mul(x));
    }
    sumQ.intoArray(fit.sumQ, 0);
    sumQq.intoArray(fit.sumQq, 0);
    sumQx.intoArray(fit.sumQx, 0);
  }

  private static void solve(Parts parts, int p, Fit fit) {
    FloatVector sumX = FloatVector.fromArray(FLOATS, fit.sumX, 0);
    FloatVector sumQ = FloatVector.fromArray(FLOATS, fit.sumQ, 0);
    FloatVector sumQq = FloatVector.fromArray(FLOATS, fit.sumQq, 0);
    FloatVector sumQx = FloatVector.fromArray(FLOATS, fit.sumQx, 0);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector determinant = sumQq.mul(parts.size).sub(sumQ.mul(sumQ));
    FloatVector s = sumQx.mul(parts.size).sub(sumX.mul(sumQ)).div(determinant);
    FloatVector m = sumQ.mul(sumQx).sub(sumQq.mul(sumX)).div(determinant);
    VectorMask<Float> negative = m.compare(LT, zero);
    m = m.blend(zero, negative);
    s = s.blend(sumQx.div(sumQq), negative);
    FloatVector squares =
        s.mul(s).mul(sumQq).sub(s.mul(2).mul(m).mul(sumQ)).add(m.mul(parts.size).mul(m));
    FloatVector left =
        FloatVector.fromArray(FLOATS, fit.sumXx, 0)
            .sub(s.mul(sumQx).sub(m.mul(sumX)).mul(2))
            .add(squares);
    FloatVector error = FloatVector.fromArray(FLOATS, fit.error, 0);
    VectorMask<Float> better = s.compare(GT, zero).and(left.compare(LT, error));
    error.blend(left, better).intoArray(fit.error, 0);
    FloatVector.fromArray(FLOATS, parts.scale, p).blend(s, better).intoArray(parts.scale, p);
    FloatVector.fromArray(FLOATS, parts.minimum, p).blend(m, better).intoArray(parts.minimum, p);
  }

  @Override
  public void fitSigned(Parts parts) {
    Fit fit = new Fit();
    for (int p = 0; p < LANES; p += WIDTH) {
      FloatVector extreme = extreme(parts, p);
      extreme.intoArray(fit.range, 0);
      extreme.div(-32).intoArray(parts.scale, p);
      FloatVector.zero(FLOATS).intoArray(fit.error, 0);
      for (int step = 0; step < STEPS; step++) {
        trySigned(parts, p, FIRST_EXTREME + NEXT_STEP * step, fit);
      }
    }
  }

  private static FloatVector extreme(Parts parts, int p) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector extreme = FloatVector.zero(FLOATS);
    FloatVector most = FloatVector.zero(FLOATS);
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      FloatVector size = x.blend(zero.sub(x), x.compare(LT, zero));
      VectorMask<Float> further = size.compare(GT, most);
      extreme = extreme.blend(x, further);
      most = most.blend(size, further);
    }
    return extreme;
  }

  /* The error is what the gain leaves of Σx², so the best gain is kept in its place. */
  private static void trySigned(Parts parts, int p, float level, Fit fit) {
    FloatVector extreme = FloatVector.fromArray(FLOATS, fit.range, 0);
    FloatVector inverse = FloatVector.broadcast(FLOATS, level).div(extreme);
    FloatVector top = FloatVector.broadcast(FLOATS, 31);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector sumQq = FloatVector.zero(FLOATS);
    FloatVector sumQx = FloatVector.zero(FLOATS);
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      FloatVector q = x.mul(inverse);
      q = q.blend(top, q.compare(GT, top)).add(round).sub(round);
      sumQq = q.fma(q, sumQq);
      sumQx = sumQx.add(q.mul(x));
    }
    FloatVector gain = sumQx.mul(sumQx).div(sumQq);
    FloatVector best = FloatVector.fromArray(FLOATS, fit.error, 0);
    VectorMask<Float> better = gain.compare(GT, best);
    best.blend(gain, better).intoArray(fit.error, 0);
    FloatVector.fromArray(FLOATS, parts.scale, p)
        .blend(sumQx.div(sumQq), better)
        .intoArray(parts.scale, p);
  }

  @Override
  public void refine(Parts parts, int top) {
    float[] least = new float[WIDTH];
    for (int p = 0; p < LANES; p += WIDTH) {
      FloatVector scales = FloatVector.fromArray(FLOATS, parts.scales, p);
      FloatVector minima = FloatVector.fromArray(FLOATS, parts.minima, p);
      FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY).intoArray(least, 0);
      // In the specification's order: the first of equally good ones wins.
      tryMultiples(parts, p, scales.sub(1), minima, top, least);
      tryMultiples(parts, p, scales, minima.sub(1), top, least);
      tryMultiples(parts, p, scales, minima, top, least);
      tryMultiples(parts, p, scales, minima.add(1), top, least);
      tryMultiples(parts, p, scales.add(1), minima, top, least);
    }
  }

  private static void tryMultiples(
      Parts parts, int p, FloatVector s, FloatVector m, int top, float[] least) {
    FloatVector scales = within(s, MOST);
    FloatVector minima = within(m, MOST);
    FloatVector scale = scales.mul(FloatVector.fromArray(FLOATS, parts.scaleUnit, p));
    FloatVector minimum = minima.mul(FloatVector.fromArray(FLOATS, parts.minimumUnit, p));
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector most = FloatVector.broadcast(FLOATS, top);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector inverse = zero.blend(one.div(scale), scale.compare(GT, zero));
    FloatVector error = FloatVector.zero(FLOATS);
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      FloatVector q = x.add(minimum).mul(inverse);
      q = q.blend(zero, q.compare(LT, zero));
      q = q.blend(most, q.compare(GT, most)).add(round).sub(round);
      FloatVector off = scale.mul(q).sub(minimum).sub(x);
      error = error.add(off.mul(off));
    }
    FloatVector best = FloatVector.fromArray(FLOATS, least, 0);
    VectorMask<Float> better = error.compare(LT, best);
    best.blend(error, better).intoArray(least, 0);
    FloatVector.fromArray(FLOATS, parts.scales, p).blend(scales, better).intoArray(parts.scales, p);
    FloatVector.fromArray(FLOATS, parts.minima, p).blend(minima, better).intoArray(parts.minima, p);
  }

  private static FloatVector within(FloatVector multiples, int most) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector top = FloatVector.broadcast(FLOATS, most);
    FloatVector some = multiples.blend(zero, multiples.compare(LT, zero));
    return some.blend(top, some.compare(GT, top));
  }

  @Override
  public void levels(Parts parts, int low, int top) {
    float[] m = new float[LANES];
    float[] inverses = new float[LANES];
    for (int p = 0; p < LANES; p++) {
      m[p] = parts.minimumUnit[p] * parts.minima[p];
      inverses[p] = ScalarPartSearch.inverse(parts.scaleUnit[p] * parts.scales[p]);
    }
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector least = FloatVector.broadcast(FLOATS, low);
    FloatVector most = FloatVector.broadcast(FLOATS, top);
    for (int p = 0; p < LANES; p += WIDTH) {
      FloatVector minimum = FloatVector.fromArray(FLOATS, m, p);
      FloatVector inverse = FloatVector.fromArray(FLOATS, inverses, p);
      for (int i = p; i < parts.x.length; i += LANES) {
        FloatVector q = FloatVector.fromArray(FLOATS, parts.x, i).add(minimum).mul(inverse);
        q = q.blend(least, q.compare(LT, least));
        q = q.blend(most, q.compare(GT, most)).add(round).sub(round);
        q.intoArray(parts.levels, i);
      }
    }
  }

  @Override
  public void extremes(Parts parts) {
    for (int p = 0; p < LANES; p += WIDTH) extreme(parts, p).intoArray(parts.scale, p);
  }

  @Override
  public void scaled(Parts parts, float plus, float top) {
    FloatVector add = FloatVector.broadcast(FLOATS, plus);
    FloatVector most = FloatVector.broadcast(FLOATS, top);
    for (int p = 0; p < LANES; p += WIDTH) {
      FloatVector inverse = FloatVector.fromArray(FLOATS, parts.inverse, p);
      for (int i = p; i < parts.x.length; i += LANES) {
        FloatVector q = FloatVector.fromArray(FLOATS, parts.x, i).mul(inverse).add(add);
        q.blend(most, q.compare(GT, most)).intoArray(parts.levels, i);
      }
    }
  }

  /* To the nearest integer, to the even one of two; where that was towards zero, one further. */
  @Override
  public void roundedAway(Parts parts) {
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector minusHalf = FloatVector.broadcast(FLOATS, -0.5f);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int p = 0; p < LANES; p += WIDTH) {
      FloatVector inverse = FloatVector.fromArray(FLOATS, parts.inverse, p);
      for (int i = p; i < parts.x.length; i += LANES) {
        FloatVector v = FloatVector.fromArray(FLOATS, parts.x, i).mul(inverse);
        FloatVector q = v.add(round).sub(round);
        FloatVector left = v.sub(q);
        VectorMask<Float> up = v.compare(GT, zero).and(left.compare(EQ, half));
        VectorMask<Float> down = v.compare(LT, zero).and(left.compare(EQ, minusHalf));
        q.blend(q.add(1), up).blend(q.sub(1), down).intoArray(parts.levels, i);
      }
    }
  }

  /* What is finite becomes zero, what is not becomes no number, and stays that in every sum. */
  @Override
  public boolean finite(float[] values, int from, int count) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector sum = FloatVector.zero(FLOATS);
    int end = from + FLOATS.loopBound(count);
    for (int i = from; i < end; i += WIDTH) {
      sum = sum.add(FloatVector.fromArray(FLOATS, values, i).mul(zero));
    }
    float[] lanes = new float[WIDTH];
    sum.intoArray(lanes, 0);
    float all = 0;
    for (float lane : lanes) all += lane;
    for (int i = end; i < from + count; i++) all += values[i] * 0;
    return all == 0;
  }
}
