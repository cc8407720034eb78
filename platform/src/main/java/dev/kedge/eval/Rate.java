package dev.kedge.eval;

/**
 * A share with its doubt.
 *
 * @param successes how many
 * @param n out of how many
 */
public record Rate(long successes, long n) {
  /** The 97.5 % quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  public Rate {
    if (successes < 0 || successes > n) {
      throw new IllegalArgumentException(successes + " of " + n + " is no share");
    }
  }

  /** The share itself; 0 where n is 0. */
  public double value() {
    return n == 0 ? 0 : (double) successes / n;
  }

  /**
   * Wilson's score interval at 95 % (Wilson 1927), which keeps its coverage near 0 and 1 and for
   * small n; all of 0 to 1 where n is 0.
   */
  public Interval interval() {
    if (n == 0) return new Interval(0, 1);
    double share = value();
    double denominator = 1 + Z * Z / n;
    double centre = (share + Z * Z / (2 * n)) / denominator;
    double half = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4.0 * n * n)) / denominator;
    double low = successes == 0 ? 0 : Math.max(0, centre - half);
    double high = successes == n ? 1 : Math.min(1, centre + half);
    return new Interval(low, high);
  }

  /** For people: {@code 86.4 % [81.6 %, 90.1 %], n = 250}. */
  @Override
  public String toString() {
    Interval interval = interval();
    return "%.1f %% [%.1f %%, %.1f %%], n = %d"
        .formatted(100 * value(), 100 * interval.low(), 100 * interval.high(), n);
  }
}
