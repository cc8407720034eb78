package dev.kedge.eval.stats;

/**
 * Quantiles and their intervals without any assumption on the distribution: how many of n values
 * lie below the true quantile is binomial, so two of the ordered values enclose it with a known
 * probability.
 */
public final class OrderStatistics {
  private OrderStatistics() {}

  /** The value of which a share of all values is not above; nearest rank. */
  public static double quantile(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  /**
   * At 95 %; the ends are the least and largest value where there are too few for an end inside.
   *
   * @param sorted at least one value, ascending
   */
  public static Interval interval(double[] sorted, double share) {
    int n = sorted.length;
    double side = Contrast.LEVEL / 2;
    // P(at most k of n lie below the quantile), term by term from k = 0.
    double logTerm = n * Math.log1p(-share);
    double sum = 0;
    int low = 0;
    int high = n - 1;
    boolean found = false;
    for (int k = 0; k < n; k++) {
      if (k > 0) logTerm += Math.log((double) (n - k + 1) / k) + Math.log(share / (1 - share));
      sum += Math.exp(logTerm);
      if (sum <= side) low = Math.min(k, n - 1);
      if (!found && sum >= 1 - side) {
        high = k;
        found = true;
      }
    }
    return new Interval(sorted[low], sorted[Math.min(high, n - 1)]);
  }
}
