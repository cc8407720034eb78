package dev.kedge.eval.stats;

/**
 * Wilson's score interval of a share (Wilson 1927), which keeps its coverage near 0 and 1 and for
 * small n.
 */
public final class Wilson {
  private Wilson() {}

  /** At 95 %; all of 0 to 1 where n is 0. */
  public static Interval interval(long successes, long n) {
    return interval((double) successes, (double) n, Normal.Z_TWO_SIDED);
  }

  /** With {@code z} standard errors to each side. */
  static Interval interval(double successes, double n, double z) {
    if (n == 0) return new Interval(0, 1);
    double share = successes / n;
    double denominator = 1 + z * z / n;
    double centre = (share + z * z / (2 * n)) / denominator;
    double half = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / denominator;
    double low = successes == 0 ? 0 : Math.max(0, centre - half);
    double high = successes == n ? 1 : Math.min(1, centre + half);
    return new Interval(low, high);
  }
}
