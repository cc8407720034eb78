package dev.kedge.eval.run;

import dev.kedge.eval.stats.Bootstrap;
import dev.kedge.eval.stats.Draws;
import dev.kedge.eval.stats.Interval;
import java.util.Arrays;

/**
 * Seeded bootstrap intervals over clusters: BCa where its time, which grows with the square of the
 * number of clusters, allows it, and plain percentiles above, where both nearly agree.
 */
final class Resampling {
  private static final long SEED = 20_240_229;
  private static final int LARGEST_CORRECTED = 2_000;
  private static final int RESAMPLES = 2_000;
  private static final int LEAST = 200;
  private static final long DRAWS = 40_000_000;

  /** An interval with the name of its method. */
  record Found(Interval interval, String method) {}

  private Resampling() {}

  /** The 95 % interval of a figure. */
  static Found interval(Clusters clusters, Bootstrap.Resampled figure) {
    int n = clusters.count();
    String over = clusters.shared() ? " over clusters" : "";
    if (n <= LARGEST_CORRECTED) {
      Bootstrap found = Bootstrap.of(n, figure, RESAMPLES, SEED);
      return new Found(found.interval(), "BCa bootstrap" + over);
    }
    return new Found(percentiles(n, figure), "bootstrap" + over);
  }

  private static Interval percentiles(int n, Bootstrap.Resampled figure) {
    int resamples = Math.clamp(DRAWS / n, LEAST, RESAMPLES);
    Draws draws = new Draws(SEED);
    int[] times = new int[n];
    double[] found = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      Arrays.fill(times, 0);
      for (int j = 0; j < n; j++) times[draws.below(n)]++;
      found[i] = figure.of(times);
    }
    Arrays.sort(found);
    return new Interval(
        found[(int) Math.floor(0.025 * (resamples - 1))],
        found[(int) Math.ceil(0.975 * (resamples - 1))]);
  }
}
