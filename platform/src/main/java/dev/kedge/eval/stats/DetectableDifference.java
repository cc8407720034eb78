package dev.kedge.eval.stats;

/**
 * The smallest true difference between two models that McNemar's exact test at 5 % shows with a
 * probability of 80 % on n cases.
 *
 * <p>The number of differing cases is binomial with the share of differing cases; given it, the
 * split is binomial too. The power is summed exactly over both for up to {@value #EXACT_LIMIT}
 * cases and by the normal approximation (Connor 1987) above. The share of differing cases is the
 * observed one, or the difference itself where that is larger: two models cannot differ by more
 * than the share of cases in which they differ.
 */
public final class DetectableDifference {
  private static final int EXACT_LIMIT = 1000;
  private static final double ALPHA = 0.05;
  private static final double POWER = 0.8;
  private static final double Z_ALPHA = 1.959963984540054;
  private static final double Z_POWER = 0.8416212335729143;

  private DetectableDifference() {}

  /** A share from 0 to 1; 1 where not even that would be shown. */
  public static double of(long n, double differing) {
    long[] critical = n > EXACT_LIMIT ? new long[0] : critical((int) n);
    double low = 0;
    double high = 1;
    for (int step = 0; step < 20; step++) {
      double middle = (low + high) / 2;
      if (power(n, Math.max(differing, middle), middle, critical) >= POWER) high = middle;
      else low = middle;
    }
    return high;
  }

  static double power(long n, double differing, double difference) {
    return power(n, differing, difference, critical((int) Math.min(n, EXACT_LIMIT)));
  }

  private static long[] critical(int n) {
    long[] critical = new long[n + 1];
    for (int m = 1; m <= n; m++) critical[m] = McNemar.critical(m, ALPHA);
    return critical;
  }

  private static double power(long n, double differing, double difference, long[] critical) {
    if (n > EXACT_LIMIT) {
      double spread = Math.sqrt(Math.max(1e-12, differing - difference * difference));
      double z = (difference * Math.sqrt((double) n) - Z_ALPHA * Math.sqrt(differing)) / spread;
      return z >= Z_POWER ? POWER : 0;
    }
    double favoured = (differing + difference) / (2 * differing);
    double power = 0;
    for (int m = 1; m <= n; m++) {
      double weight = binomial((int) n, m, differing);
      if (weight < 1e-12) continue;
      power += weight * (tail(m, critical[m], 1 - favoured) + tail(m, critical[m], favoured));
    }
    return power;
  }

  /** P(X ≤ k) for X binomial with n trials; each term from the one before. */
  private static double tail(int n, long k, double p) {
    if (p >= 1) return k >= n ? 1 : 0;
    double term = Math.exp(n * Math.log1p(-p));
    double sum = 0;
    for (int i = 0; i <= k; i++) {
      sum += term;
      term *= (double) (n - i) / (i + 1) * (p / (1 - p));
    }
    return sum;
  }

  private static double binomial(int n, int k, double p) {
    if (p <= 0) return k == 0 ? 1 : 0;
    if (p >= 1) return k == n ? 1 : 0;
    return Math.exp(LogFactorial.choose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  }

  /** Logarithms of factorials up to the limit, summed once. */
  private static final class LogFactorial {
    private static final double[] TABLE = new double[EXACT_LIMIT + 1];

    static {
      for (int i = 2; i < TABLE.length; i++) TABLE[i] = TABLE[i - 1] + Math.log(i);
    }

    static double choose(int n, int k) {
      return TABLE[n] - TABLE[k] - TABLE[n - k];
    }
  }
}
