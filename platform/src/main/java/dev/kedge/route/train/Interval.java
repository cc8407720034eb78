package dev.kedge.route.train;

import java.util.Arrays;
import java.util.Locale;

/**
 * A number with its 95 % interval.
 *
 * @param value as measured
 * @param low where the interval begins
 * @param high where it ends
 */
public record Interval(double value, double low, double high) {
  /** The middle 95 % of a bootstrap's values. */
  static Interval of(double value, double[] replicates) {
    double[] sorted = replicates.clone();
    Arrays.sort(sorted);
    return new Interval(value, at(sorted, 0.025), at(sorted, 0.975));
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  /** In percent: {@code 76.5 % [74.1, 78.8]}. */
  public String percent() {
    return String.format(Locale.ROOT, "%.1f %% [%.1f, %.1f]", 100 * value, 100 * low, 100 * high);
  }

  /** In points: {@code +1.8 [+0.9, +2.6]}. */
  public String points() {
    return String.format(Locale.ROOT, "%+.2f [%+.2f, %+.2f]", 100 * value, 100 * low, 100 * high);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
  }
}
