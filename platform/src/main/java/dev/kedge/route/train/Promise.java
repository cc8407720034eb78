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

  private double relativeLow(double[] routed, double[] best, double[] calls) {
    double low = 0;
    double high = 2;
    for (int step = 0; step < 40; step++) {
      double f = (low + high) / 2;
      double[] difference = new double[unitCount];
      for (int u = 0; u < unitCount; u++) difference[u] = routed[u] - f * best[u];
      if (bound(difference, calls, MADE_UP, -f, -1) >= 0) low = f;
      else high = f;
    }
    return low;
  }

  private static double low(double[] sums, double[] sizes, int lost) {
    return Math.clamp(bound(sums, sizes, lost, 0, -1), 0, 1);
  }

  private static double high(double[] sums, double[] sizes) {
    return Math.clamp(bound(sums, sizes, 0, 0, 1), 0, 1);
  }

  /**
   * A bound on the sum of {@code sums} over the sum of {@code sizes}.
   *
   * @param madeUp how many units of size 1 are added
   * @param value their sum
   * @param side 1 for an upper bound, -1 for a lower one
   */
  private static double bound(double[] sums, double[] sizes, int madeUp, double value, int side) {
    double sum = madeUp * value;
    double size = madeUp;
    for (int u = 0; u < sums.length; u++) {
      sum += sums[u];
      size += sizes[u];
    }
    double ratio = sum / size;
    double squares = madeUp * (value - ratio) * (value - ratio);
    for (int u = 0; u < sums.length; u++) {
      double residual = sums[u] - ratio * sizes[u];
      squares += residual * residual;
    }
    int n = sums.length + madeUp;
    if (n < 2) return side > 0 ? Double.MAX_VALUE : -Double.MAX_VALUE;
    double error = Math.sqrt(squares * n / (n - 1)) / size;
    return ratio + side * student95(n - 1) * error;
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
