package dev.kedge.route.train;

import java.util.List;

/**
 * Bounds on what a threshold does on new data: one-sided, at 95 %.
 *
 * <p>Units (groups, or single texts) are what is drawn anew, so the variance is that between units:
 * of a ratio of sums, by the linearised residual of each unit, with Student's t for few units. A
 * ratio's bound comes from turning the test around: the largest floor f at which {@code routed - f
 * * large} still lies above 0. Where any example goes to the small model, two made-up losses are
 * added (an idea of Agresti and Coull 1998 for shares), because no failure among few examples does
 * not mean that there are none.
 */
final class Promise {
  private static final int MADE_UP = 2;

  private final int[] units;
  private final int unitCount;
  private final List<Scored> examples;

  Promise(List<Scored> examples, int[] units) {
    this.examples = examples;
    this.units = units;
    int most = 0;
    for (int unit : units) most = Math.max(most, unit + 1);
    this.unitCount = most;
  }

  /**
   * Bounds for one way to route.
   *
   * @param qualityLow the mean score is at least this
   * @param relativeLow the mean score is at least this share of the large model's
   * @param shareHigh at most this share of calls goes to the large model
   * @param tokensHigh at most this share of tokens does
   */
  record Bounds(double qualityLow, double relativeLow, double shareHigh, double tokensHigh) {}

  Bounds of(boolean[] large) {
    double[] routed = new double[unitCount];
    double[] best = new double[unitCount];
    double[] calls = new double[unitCount];
    double[] largeCalls = new double[unitCount];
    double[] tokens = new double[unitCount];
    double[] largeTokens = new double[unitCount];
    boolean anySmall = false;
    boolean anyLarge = false;
    for (int i = 0; i < units.length; i++) {
      Scored example = examples.get(i);
      int unit = units[i];
      routed[unit] += large[i] ? example.large() : example.small();
      best[unit] += example.large();
      calls[unit]++;
      tokens[unit] += example.tokens();
      if (large[i]) {
        largeCalls[unit]++;
        largeTokens[unit] += example.tokens();
      }
      anyLarge |= large[i];
      anySmall |= !large[i];
    }
    int lost = anySmall ? MADE_UP : 0;
    double quality = low(routed, calls, lost);
    double relative = anySmall ? relativeLow(routed, best, calls) : 1;
    // No call to the large model among these is certain only where that is what the threshold says.
    double share = !anySmall ? 1 : !anyLarge ? 0 : high(largeCalls, calls);
    double tokenShare = !anySmall ? 1 : !anyLarge ? 0 : high(largeTokens, tokens);
    return new Bounds(quality, relative, share, tokenShare);
  }

  /** Halves the interval in which the largest floor lies that still passes. */
  private static double relativeLow(double[] routed, double[] best, double[] calls) {
    double routedBest = product(routed, best);
    double routedCalls = product(routed, calls);
    double bestCalls = product(best, calls);
    double routedSquare = product(routed, routed);
    double bestSquare = product(best, best);
    double callsSquare = product(calls, calls);
    double routedSum = sum(routed);
    double bestSum = sum(best);
    double callsSum = sum(calls);
    double low = 0;
    double high = 2;
    for (int step = 0; step < 40; step++) {
      double f = (low + high) / 2;
      Moments difference =
          new Moments(
              routed.length,
              routedSum - f * bestSum,
              callsSum,
              routedSquare - 2 * f * routedBest + f * f * bestSquare,
              routedCalls - f * bestCalls,
              callsSquare);
      if (difference.plus(MADE_UP, -f).bound(-1) >= 0) low = f;
      else high = f;
    }
    return low;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) sum += value;
    return sum;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  private static double low(double[] sums, double[] sizes, int lost) {
    return Math.clamp(Moments.of(sums, sizes).plus(lost, 0).bound(-1), 0, 1);
  }

  private static double high(double[] sums, double[] sizes) {
    return Math.clamp(Moments.of(sums, sizes).bound(1), 0, 1);
  }

  /**
   * What a bound on a ratio needs of the units.
   *
   * @param units how many
   * @param sum of the numerators
   * @param size sum of the denominators
   * @param squares of the numerators, summed
   * @param mixed products of numerator and denominator, summed
   * @param sizeSquares of the denominators, summed
   */
  private record Moments(
      int units, double sum, double size, double squares, double mixed, double sizeSquares) {
    static Moments of(double[] sums, double[] sizes) {
      return new Moments(
          sums.length,
          Promise.sum(sums),
          Promise.sum(sizes),
          product(sums, sums),
          product(sums, sizes),
          product(sizes, sizes));
    }

    /** With so many units of size 1 and this numerator. */
    Moments plus(int count, double value) {
      return new Moments(
          units + count,
          sum + count * value,
          size + count,
          squares + count * value * value,
          mixed + count * value,
          sizeSquares + count);
    }

    /** An upper bound (side 1) or a lower one (side -1). */
    double bound(int side) {
      if (units < 2) return side > 0 ? Double.MAX_VALUE : -Double.MAX_VALUE;
      double ratio = sum / size;
      double residuals = squares - 2 * ratio * mixed + ratio * ratio * sizeSquares;
      double error = Math.sqrt(Math.max(0, residuals) * units / (units - 1)) / size;
      return ratio + side * student95(units - 1) * error;
    }
  }

  /**
   * The 95 % quantile of Student's t by its expansion in 1/n (Abramowitz and Stegun 26.7.5); two
   * thousandths off at 4 degrees of freedom, less above.
   */
  static double student95(int degrees) {
    if (degrees <= 3) return new double[] {6.314, 6.314, 2.920, 2.353}[degrees];
    double z = 1.6448536269514722;
    double z3 = z * z * z;
    double z5 = z3 * z * z;
    double n = degrees;
    return z
        + (z3 + z) / (4 * n)
        + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
        + (3 * z5 * z * z + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n);
  }
}
