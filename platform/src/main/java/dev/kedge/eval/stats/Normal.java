package dev.kedge.eval.stats;

/**
 * The standard normal distribution, to about 14 digits: the series of the distribution function
 * near 0, its continued fraction (Laplace) in the tails, and the quantile by Newton's method.
 */
public final class Normal {
  /** The 97.5 % quantile: 5 % outside, on two sides. */
  public static final double Z_TWO_SIDED = 1.959963984540054;

  /** The 80 % quantile: the power that sizes are planned for. */
  public static final double Z_POWER = 0.8416212335729143;

  private static final double SERIES_UP_TO = 3;
  private static final int FRACTION_TERMS = 120;

  private Normal() {}

  /** The probability of a value below x. */
  public static double below(double x) {
    if (Double.isNaN(x)) return Double.NaN;
    if (Math.abs(x) <= SERIES_UP_TO) return 0.5 + density(x) * series(x);
    double tail = tail(Math.abs(x));
    return x < 0 ? tail : 1 - tail;
  }

  /** The value that is not passed with probability p; infinite for 0 and 1. */
  public static double quantile(double p) {
    if (p <= 0) return Double.NEGATIVE_INFINITY;
    if (p >= 1) return Double.POSITIVE_INFINITY;
    if (p > 0.5) return -quantile(1 - p);
    double low = -40;
    double high = 0;
    double x = -1;
    for (int step = 0; step < 200; step++) {
      double error = below(x) - p;
      if (error > 0) high = x;
      else low = x;
      double next = x - error / density(x);
      // Newton's step may leave the bracket far out in the tail.
      if (!(next > low && next < high)) next = (low + high) / 2;
      if (Math.abs(next - x) <= 1e-15 * Math.max(1, Math.abs(x))) return next;
      x = next;
    }
    return x;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** x + x³/3 + x⁵/(3·5) + … */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return sum;
  }

  /** 1/(x + 1/(x + 2/(x + 3/(x + …)))) times the density. */
  private static double tail(double x) {
    double fraction = x;
    for (int i = FRACTION_TERMS; i >= 1; i--) fraction = x + i / fraction;
    return density(x) / fraction;
  }
}
