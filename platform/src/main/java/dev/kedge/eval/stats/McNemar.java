package dev.kedge.eval.stats;

/**
 * McNemar's exact test: of the cases in which two models differ, is the split further from even
 * than chance? Only these cases carry information on the difference; under the null hypothesis each
 * falls to either side with probability ½.
 */
public final class McNemar {
  private McNemar() {}

  /**
   * The two-sided p-value: twice the smaller tail of the binomial distribution with p = ½, at most
   * 1.
   *
   * @param onlyFirst cases right in the first model alone
   * @param onlySecond cases right in the second model alone
   */
  public static double exact(long onlyFirst, long onlySecond) {
    long n = onlyFirst + onlySecond;
    return Math.min(1, 2 * lowerTail(Math.min(onlyFirst, onlySecond), n));
  }

  /** P(X ≤ k) for X binomial with n trials and p = ½. */
  private static double lowerTail(long k, long n) {
    // Terms relative to the largest one, so that nothing underflows before the sum is taken.
    double logTerm = -n * Math.log(2);
    double sum = 0;
    for (long i = 0; i <= k; i++) {
      if (i > 0) logTerm += Math.log((double) (n - i + 1) / i);
      sum += Math.exp(logTerm);
    }
    return sum;
  }

  /**
   * The largest count on the smaller side that is significant at {@code alpha} for n differing
   * cases, or -1.
   */
  public static long critical(long n, double alpha) {
    double logTerm = -n * Math.log(2);
    double sum = 0;
    for (long k = 0; k <= n / 2; k++) {
      if (k > 0) logTerm += Math.log((double) (n - k + 1) / k);
      sum += Math.exp(logTerm);
      if (2 * sum >= alpha) return k - 1;
    }
    return n / 2;
  }
}
