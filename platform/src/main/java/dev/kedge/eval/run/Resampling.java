package dev.kedge.eval.run;

import dev.kedge.eval.stats.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap (Efron 1979) with a fixed seed: the same cases give the same interval. Up to
 * 2,000 resamples, fewer for long data sets, whose intervals need them less.
 */
final class Resampling {
  /** As reports call it. */
  static final String NAME = "bootstrap";

  private static final long SEED = 20_240_229;
  private static final int MOST = 2_000;
  private static final int LEAST = 200;
  private static final long DRAWS = 20_000_000;

  /** A figure of a resample. */
  interface Statistic {
    /** Of the cases with these numbers. */
    double of(int[] draw);
  }

  private Resampling() {}

  /** The 95 % interval of a statistic over n cases. */
  static Interval interval(int n, Statistic statistic) {
    int resamples = Math.clamp(DRAWS / n, LEAST, MOST);
    SplittableRandom random = new SplittableRandom(SEED);
    int[] draw = new int[n];
    double[] found = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      for (int j = 0; j < n; j++) draw[j] = random.nextInt(n);
      found[i] = statistic.of(draw);
    }
    Arrays.sort(found);
    return new Interval(
        found[(int) Math.floor(0.025 * (resamples - 1))],
        found[(int) Math.ceil(0.975 * (resamples - 1))]);
  }
}
