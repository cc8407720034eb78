package dev.kedge.eval;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How a quantity is distributed over the cases; all 0 where there are none. Percentiles by nearest
 * rank.
 */
public record Spread(double mean, double p50, double p90, double p99, double max) {
  static Spread of(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    if (sorted.length == 0) return new Spread(0, 0, 0, 0, 0);
    return new Spread(
        Arrays.stream(sorted).average().orElse(0),
        rank(sorted, 0.5),
        rank(sorted, 0.9),
        rank(sorted, 0.99),
        sorted[sorted.length - 1]);
  }

  private static double rank(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
