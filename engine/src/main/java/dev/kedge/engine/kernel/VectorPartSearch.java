package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Parts.LANES;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarPartSearch} with parts in lanes: a lane does what the specification does for its
 * part, so the width of a vector changes nothing.
 *
 * <p>Sums stay in registers over the elements of a part; three trials at a time share what they
 * read, few enough for the 16 registers of a processor without AVX-512. Bounds are compared and
 * blended, which takes fewer instructions than Java's minimum with its order of zeros and NaN; a
 * zero of the other sign rounds to the same level.
 */
final class VectorPartSearch implements PartSearch {
  private static final int WIDTH = FLOATS.length();

  private VectorPartSearch() {}

  static PartSearch create() {
    return VectorKernels.BITS < 128 ? PartSearch.scalar() : new VectorPartSearch();
  }

  /** What is known of the parts in the lanes of a vector, and the best s and m so far. */
  private static final class Fit {
    final float[] least = new float[LANES];
    final float[] range = new float[LANES];
    final float[] sumX = new float[LANES];
    final float[] sumXx = new float[LANES];
    final float[] error = new float[LANES];
    /* Of three trials. */
    final float[] sumQ = new float[3 * LANES];
    final float[] sumQq = new float[3 * LANES];
    final float[] sumQx = new float[3 * LANES];
  }

  @Override
  public void fitWithMinimum(Parts parts, int top) {
    Fit fit = new Fit();
    for (int p = 0; p < LANES; p += WIDTH) {
      measure(parts, p, top, fit);
      for (int step = 0; step < STEPS; step += 3) {
        float first = top + FIRST_STEP;
        tryThree(
            parts,
            p,
            fit,
            first + NEXT_STEP * step,
            first + NEXT_STEP * (step + 1),
            first + NEXT_STEP * (step + 2));
        for (int trial = 0; trial < 3; trial++) solve(parts, p, trial, fit);
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
      least = least.min(x);
      most = most.max(x);
      sumX = sumX.add(x);
      sumXx = sumXx.add(x.mul(x));
    }
    FloatVector range = most.sub(least);
    least.intoArray(fit.least, p);
    range.intoArray(fit.range, p);
    sumX.intoArray(fit.sumX, p);
    sumXx.intoArray(fit.sumXx, p);
    FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY).intoArray(fit.error, p);
    range.div(top).intoArray(parts.scale, p);
    least.neg().intoArray(parts.minimum, p);
  }

  private static void tryThree(Parts parts, int p, Fit fit, float a, float b, float c) {
    FloatVector least = FloatVector.fromArray(FLOATS, fit.least, p);
    FloatVector range = FloatVector.fromArray(FLOATS, fit.range, p);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector inverseA = FloatVector.broadcast(FLOATS, a).div(range);
    FloatVector inverseB = FloatVector.broadcast(FLOATS, b).div(range);
    FloatVector inverseC = FloatVector.broadcast(FLOATS, c).div(range);
    FloatVector qA = FloatVector.zero(FLOATS);
    FloatVector qB = qA;
    FloatVector qC = qA;
    FloatVector qqA = qA;
    FloatVector qqB = qA;
    FloatVector qqC = qA;
    FloatVector qxA = qA;
    FloatVector qxB = qA;
    FloatVector qxC = qA;
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      FloatVector above = x.sub(least);
      FloatVector level = above.mul(inverseA).add(round).sub(round);
      qA = qA.add(level);
      qqA = qqA.add(level.mul(level));
      qxA = qxA.add(level.mul(x));
      level = above.mul(inverseB).add(round).sub(round);
      qB = qB.add(level);
      qqB = qqB.add(level.mul(level));
      qxB = qxB.add(level.mul(x));
      level = above.mul(inverseC).add(round).sub(round);
      qC = qC.add(level);
      qqC = qqC.add(level.mul(level));
      qxC = qxC.add(level.mul(x));
    }
    qA.intoArray(fit.sumQ, p);
    qB.intoArray(fit.sumQ, LANES + p);
    qC.intoArray(fit.sumQ, 2 * LANES + p);
    qqA.intoArray(fit.sumQq, p);
    qqB.intoArray(fit.sumQq, LANES + p);
    qqC.intoArray(fit.sumQq, 2 * LANES + p);
    qxA.intoArray(fit.sumQx, p);
    qxB.intoArray(fit.sumQx, LANES + p);
    qxC.intoArray(fit.sumQx, 2 * LANES + p);
  }

  private static void solve(Parts parts, int p, int trial, Fit fit) {
    FloatVector sumX = FloatVector.fromArray(FLOATS, fit.sumX, p);
    FloatVector sumXx = FloatVector.fromArray(FLOATS, fit.sumXx, p);
    FloatVector sumQ = FloatVector.fromArray(FLOATS, fit.sumQ, trial * LANES + p);
    FloatVector sumQq = FloatVector.fromArray(FLOATS, fit.sumQq, trial * LANES + p);
    FloatVector sumQx = FloatVector.fromArray(FLOATS, fit.sumQx, trial * LANES + p);
    FloatVector determinant = sumQq.mul(parts.size).sub(sumQ.mul(sumQ));
    FloatVector s = sumQx.mul(parts.size).sub(sumX.mul(sumQ)).div(determinant);
    FloatVector m = sumQ.mul(sumQx).sub(sumQq.mul(sumX)).div(determinant);
    VectorMask<Float> negative = m.compare(LT, 0);
    m = m.blend(0, negative);
    s = s.blend(sumQx.div(sumQq), negative);
    FloatVector squares =
        s.mul(s).mul(sumQq).sub(s.mul(2).mul(m).mul(sumQ)).add(m.mul(parts.size).mul(m));
    FloatVector left = sumXx.sub(s.mul(sumQx).sub(m.mul(sumX)).mul(2)).add(squares);
    FloatVector error = FloatVector.fromArray(FLOATS, fit.error, p);
    VectorMask<Float> better = s.compare(GT, 0).and(left.compare(LT, error));
    error.blend(left, better).intoArray(fit.error, p);
    FloatVector.fromArray(FLOATS, parts.scale, p).blend(s, better).intoArray(parts.scale, p);
    FloatVector.fromArray(FLOATS, parts.minimum, p).blend(m, better).intoArray(parts.minimum, p);
  }

  @Override
  public void fitSigned(Parts parts) {
    Fit fit = new Fit();
    for (int p = 0; p < LANES; p += WIDTH) {
      FloatVector extreme = extreme(parts, p);
      extreme.div(-32).intoArray(parts.scale, p);
      FloatVector.zero(FLOATS).intoArray(fit.error, p);
      for (int step = 0; step < STEPS; step += 3) {
        tryThreeSigned(
            parts,
            p,
            fit,
            FloatVector.broadcast(FLOATS, FIRST_EXTREME + NEXT_STEP * step).div(extreme),
            FloatVector.broadcast(FLOATS, FIRST_EXTREME + NEXT_STEP * (step + 1)).div(extreme),
            FloatVector.broadcast(FLOATS, FIRST_EXTREME + NEXT_STEP * (step + 2)).div(extreme));
        for (int trial = 0; trial < 3; trial++) gain(parts, p, trial, fit);
      }
    }
  }

  private static FloatVector extreme(Parts parts, int p) {
    FloatVector extreme = FloatVector.zero(FLOATS);
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      extreme = extreme.blend(x, x.lanewise(ABS).compare(GT, extreme.lanewise(ABS)));
    }
    return extreme;
  }

  private static void tryThreeSigned(
      Parts parts, int p, Fit fit, FloatVector a, FloatVector b, FloatVector c) {
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector top = FloatVector.broadcast(FLOATS, 31);
    FloatVector qqA = FloatVector.zero(FLOATS);
    FloatVector qqB = qqA;
    FloatVector qqC = qqA;
    FloatVector qxA = qqA;
    FloatVector qxB = qqA;
    FloatVector qxC = qqA;
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      FloatVector level = x.mul(a);
      level = level.blend(top, level.compare(GT, top)).add(round).sub(round);
      qqA = qqA.add(level.mul(level));
      qxA = qxA.add(level.mul(x));
      level = x.mul(b);
      level = level.blend(top, level.compare(GT, top)).add(round).sub(round);
      qqB = qqB.add(level.mul(level));
      qxB = qxB.add(level.mul(x));
      level = x.mul(c);
      level = level.blend(top, level.compare(GT, top)).add(round).sub(round);
      qqC = qqC.add(level.mul(level));
      qxC = qxC.add(level.mul(x));
    }
    qqA.intoArray(fit.sumQq, p);
    qqB.intoArray(fit.sumQq, LANES + p);
    qqC.intoArray(fit.sumQq, 2 * LANES + p);
    qxA.intoArray(fit.sumQx, p);
    qxB.intoArray(fit.sumQx, LANES + p);
    qxC.intoArray(fit.sumQx, 2 * LANES + p);
  }

  /* The error of a signed part is what the best gain leaves of Σx², so the gain is kept. */
  private static void gain(Parts parts, int p, int trial, Fit fit) {
    FloatVector sumQq = FloatVector.fromArray(FLOATS, fit.sumQq, trial * LANES + p);
    FloatVector sumQx = FloatVector.fromArray(FLOATS, fit.sumQx, trial * LANES + p);
    FloatVector gain = FloatVector.fromArray(FLOATS, fit.error, p);
    FloatVector found = sumQx.mul(sumQx).div(sumQq);
    VectorMask<Float> better = found.compare(GT, gain);
    gain.blend(found, better).intoArray(fit.error, p);
    FloatVector.fromArray(FLOATS, parts.scale, p)
        .blend(sumQx.div(sumQq), better)
        .intoArray(parts.scale, p);
  }

  @Override
  public void refine(Parts parts, int top) {
    float[] errors = new float[5 * WIDTH];
    for (int p = 0; p < LANES; p += WIDTH) {
      errorsOfMinima(parts, p, top, errors);
      errorsOfScales(parts, p, top, errors);
      choose(parts, p, errors);
    }
  }

  /* The scale as it is with three minima: trials 1 to 3. */
  private static void errorsOfMinima(Parts parts, int p, int top, float[] errors) {
    FloatVector unit = FloatVector.fromArray(FLOATS, parts.minimumUnit, p);
    IntVector minima = IntVector.fromArray(INTS, parts.minima, p);
    FloatVector a = floats(minima.sub(1).max(0)).mul(unit);
    FloatVector b = floats(minima).mul(unit);
    FloatVector c = floats(minima.add(1).min(MOST)).mul(unit);
    IntVector scales = IntVector.fromArray(INTS, parts.scales, p);
    FloatVector s = floats(scales).mul(FloatVector.fromArray(FLOATS, parts.scaleUnit, p));
    FloatVector inverse = inverse(s);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector most = FloatVector.broadcast(FLOATS, top);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector errorA = zero;
    FloatVector errorB = zero;
    FloatVector errorC = zero;
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      FloatVector level = x.add(a).mul(inverse);
      level = level.blend(zero, level.compare(LT, zero));
      level = level.blend(most, level.compare(GT, most)).add(round).sub(round);
      FloatVector off = s.mul(level).sub(a).sub(x);
      errorA = errorA.add(off.mul(off));
      level = x.add(b).mul(inverse);
      level = level.blend(zero, level.compare(LT, zero));
      level = level.blend(most, level.compare(GT, most)).add(round).sub(round);
      off = s.mul(level).sub(b).sub(x);
      errorB = errorB.add(off.mul(off));
      level = x.add(c).mul(inverse);
      level = level.blend(zero, level.compare(LT, zero));
      level = level.blend(most, level.compare(GT, most)).add(round).sub(round);
      off = s.mul(level).sub(c).sub(x);
      errorC = errorC.add(off.mul(off));
    }
    errorA.intoArray(errors, WIDTH);
    errorB.intoArray(errors, 2 * WIDTH);
    errorC.intoArray(errors, 3 * WIDTH);
  }

  /* The minimum as it is with the two scales beside the middle one: trials 0 and 4. */
  private static void errorsOfScales(Parts parts, int p, int top, float[] errors) {
    FloatVector unit = FloatVector.fromArray(FLOATS, parts.scaleUnit, p);
    IntVector scales = IntVector.fromArray(INTS, parts.scales, p);
    FloatVector a = floats(scales.sub(1).max(0)).mul(unit);
    FloatVector b = floats(scales.add(1).min(MOST)).mul(unit);
    FloatVector inverseA = inverse(a);
    FloatVector inverseB = inverse(b);
    IntVector minima = IntVector.fromArray(INTS, parts.minima, p);
    FloatVector m = floats(minima).mul(FloatVector.fromArray(FLOATS, parts.minimumUnit, p));
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector most = FloatVector.broadcast(FLOATS, top);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector errorA = zero;
    FloatVector errorB = zero;
    for (int i = p; i < parts.x.length; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, parts.x, i);
      FloatVector above = x.add(m);
      FloatVector level = above.mul(inverseA);
      level = level.blend(zero, level.compare(LT, zero));
      level = level.blend(most, level.compare(GT, most)).add(round).sub(round);
      FloatVector off = a.mul(level).sub(m).sub(x);
      errorA = errorA.add(off.mul(off));
      level = above.mul(inverseB);
      level = level.blend(zero, level.compare(LT, zero));
      level = level.blend(most, level.compare(GT, most)).add(round).sub(round);
      off = b.mul(level).sub(m).sub(x);
      errorB = errorB.add(off.mul(off));
    }
    errorA.intoArray(errors, 0);
    errorB.intoArray(errors, 4 * WIDTH);
  }

  /* In the specification's order: the first of equally good ones wins. */
  private static void choose(Parts parts, int p, float[] errors) {
    IntVector scales = IntVector.fromArray(INTS, parts.scales, p);
    IntVector minima = IntVector.fromArray(INTS, parts.minima, p);
    IntVector bestScales = scales;
    IntVector bestMinima = minima;
    FloatVector best = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    for (int trial = 0; trial < 5; trial++) {
      int ds = trial == 0 ? -1 : trial == 4 ? 1 : 0;
      int dm = trial == 1 ? -1 : trial == 3 ? 1 : 0;
      FloatVector error = FloatVector.fromArray(FLOATS, errors, trial * WIDTH);
      VectorMask<Float> better = error.compare(LT, best);
      best = best.blend(error, better);
      bestScales = bestScales.blend(scales.add(ds).max(0).min(MOST), better.cast(INTS));
      bestMinima = bestMinima.blend(minima.add(dm).max(0).min(MOST), better.cast(INTS));
    }
    bestScales.intoArray(parts.scales, p);
    bestMinima.intoArray(parts.minima, p);
  }

  private static FloatVector floats(IntVector whole) {
    return (FloatVector) whole.convert(VectorOperators.I2F, 0);
  }

  private static FloatVector inverse(FloatVector scale) {
    return FloatVector.broadcast(FLOATS, 1).div(scale).blend(0, scale.compare(EQ, 0));
  }

  @Override
  public void levels(Parts parts, int low, int top) {
    FloatVector least = FloatVector.broadcast(FLOATS, low);
    FloatVector most = FloatVector.broadcast(FLOATS, top);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    int bits = Float.floatToRawIntBits(ROUND);
    for (int p = 0; p < LANES; p += WIDTH) {
      FloatVector scales = floats(IntVector.fromArray(INTS, parts.scales, p));
      FloatVector minima = floats(IntVector.fromArray(INTS, parts.minima, p));
      FloatVector m = minima.mul(FloatVector.fromArray(FLOATS, parts.minimumUnit, p));
      FloatVector inverse = inverse(scales.mul(FloatVector.fromArray(FLOATS, parts.scaleUnit, p)));
      for (int i = p; i < parts.x.length; i += LANES) {
        FloatVector level = FloatVector.fromArray(FLOATS, parts.x, i).add(m).mul(inverse);
        level = level.blend(least, level.compare(LT, least));
        level = level.blend(most, level.compare(GT, most));
        level.add(round).reinterpretAsInts().sub(bits).intoArray(parts.levels, i);
      }
    }
  }
}
