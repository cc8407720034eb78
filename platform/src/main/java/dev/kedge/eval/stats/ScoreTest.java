package dev.kedge.eval.stats;

/**
 * Tango's score test and interval for the difference of two paired shares (Tango 1998, Statistics
 * in Medicine 17).
 *
 * <p>The statistic asks how far the observed difference lies from an assumed one, in standard
 * errors under that assumption. Other than Wald's it holds its level where few cases differ or
 * none: with no differing case in n it still takes n large enough to exclude a margin. Summed
 * exactly over all outcomes, its one-sided level at nominal 2.5 % stays below 2.7 % for n of 50 and
 * more; a test of this package does the sum.
 */
final class ScoreTest {
  private static final int STEPS = 60;

  private ScoreTest() {}

  /**
   * Standard errors by which the observed difference lies above the assumed one.
   *
   * @param gained cases right in the second model alone
   * @param lost cases right in the first model alone
   * @param assumed difference of shares, second minus first, between -1 and 1
   */
  static double statistic(long n, long gained, long lost, double assumed) {
    double above = gained - lost - n * assumed;
    double variance = n * variance(n, gained, lost, assumed);
    if (variance <= 0) return above == 0 ? 0 : Math.copySign(Double.POSITIVE_INFINITY, above);
    return above / Math.sqrt(variance);
  }

  /** The variance of one case's difference if the assumed difference is the true one. */
  static double variance(long n, long gained, long lost, double assumed) {
    // The most likely share of lost cases under the assumption solves a quadratic equation.
    double a = 2.0 * n;
    double b = -gained - lost + (2.0 * n - gained + lost) * assumed;
    double c = -lost * assumed * (1 - assumed);
    double lostShare = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
    return Math.max(0, 2 * lostShare + assumed * (1 - assumed));
  }

  /** One-sided p-value against "the second model is worse by the margin or more". */
  static double notWorse(long n, long gained, long lost, double margin) {
    return Normal.below(-statistic(n, gained, lost, -margin));
  }

  /** All differences that the two-sided test at 5 % does not reject. */
  static Interval interval(long n, long gained, long lost) {
    double difference = (double) (gained - lost) / n;
    return new Interval(end(n, gained, lost, difference, -1), end(n, gained, lost, difference, 1));
  }

  private static double end(long n, long gained, long lost, double inside, double outside) {
    double in = inside;
    double out = outside;
    for (int step = 0; step < STEPS; step++) {
      double middle = (in + out) / 2;
      boolean kept = Math.abs(statistic(n, gained, lost, middle)) <= Normal.Z_TWO_SIDED;
      if (kept) in = middle;
      else out = middle;
    }
    return in;
  }
}
