package dev.kedge.eval;

import dev.kedge.eval.stats.Interval;
import dev.kedge.eval.stats.Wilson;

/**
 * A share with its doubt.
 *
 * @param successes how many
 * @param n out of how many
 */
public record Rate(long successes, long n) {
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
    return Wilson.interval(successes, n);
  }

  /** For people: {@code 86.4 % [81.6 %, 90.1 %], n = 250}. */
  @Override
  public String toString() {
    Interval interval = interval();
    return "%.1f %% [%.1f %%, %.1f %%], n = %d"
        .formatted(100 * value(), 100 * interval.low(), 100 * interval.high(), n);
  }
}
