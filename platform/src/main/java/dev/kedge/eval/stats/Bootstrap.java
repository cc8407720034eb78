package dev.kedge.eval.stats;

import java.util.Arrays;

/**
 * The bootstrap with bias correction and acceleration (BCa; Efron 1987), over clusters.
 *
 * <p>Clusters are drawn with replacement, the figure is computed again, and the interval is taken
 * from the quantiles of these values, shifted for bias (the share of values below the observed one)
 * and skewness (by leaving out one cluster at a time). The same seed gives the same interval.
 *
 * @param interval at 95 %
 * @param standardError the spread of the resampled values
 */
public record Bootstrap(Interval interval, double standardError) {
  /** Resamples of an ordinary comparison. */
  public static final int RESAMPLES = 4000;

  /** Something computed from clusters, each counted a number of times. */
  public interface Resampled {
    /** The figure where cluster i counts {@code times[i]} times. */
    double of(int[] times);
  }

  /** Of the difference second minus first. */
  public static Bootstrap ofDifference(
      PairedSample sample, Figure figure, int resamples, long seed) {
    return of(sample.clusters(), times -> sample.difference(figure, times), resamples, seed);
  }

  /** Of the second model's figure alone. */
  public static Bootstrap ofSecond(PairedSample sample, Figure figure, int resamples, long seed) {
    return of(sample.clusters(), times -> sample.second(figure, times), resamples, seed);
  }

  /** Of any figure over so many clusters. Takes time in proportion to clusters squared. */
  public static Bootstrap of(int clusters, Resampled statistic, int resamples, long seed) {
    int[] once = new int[clusters];
    Arrays.fill(once, 1);
    double observed = statistic.of(once);
    double[] values = new double[resamples];
    Draws draws = new Draws(seed);
    int[] times = new int[clusters];
    for (int r = 0; r < resamples; r++) {
      Arrays.fill(times, 0);
      for (int j = 0; j < clusters; j++) times[draws.below(clusters)]++;
      values[r] = statistic.of(times);
    }
    Arrays.sort(values);
    double bias = Normal.quantile(position(values, observed));
    double acceleration = acceleration(once, statistic);
    double low = shifted(-Normal.Z_TWO_SIDED, bias, acceleration);
    double high = shifted(Normal.Z_TWO_SIDED, bias, acceleration);
    return new Bootstrap(new Interval(at(values, low), at(values, high)), spread(values));
  }

  /** The share of values below, those that are equal counted half; never 0 or 1. */
  private static double position(double[] sorted, double observed) {
    double slack = 1e-12 * Math.max(1, Math.abs(observed));
    int below = 0;
    int equal = 0;
    for (double value : sorted) {
      if (value < observed - slack) below++;
      else if (value <= observed + slack) equal++;
    }
    double half = 0.5 / sorted.length;
    return Math.clamp((below + 0.5 * equal) / sorted.length, half, 1 - half);
  }

  private static double acceleration(int[] once, Resampled statistic) {
    int clusters = once.length;
    double[] without = new double[clusters];
    for (int j = 0; j < clusters; j++) {
      once[j] = 0;
      without[j] = statistic.of(once);
      once[j] = 1;
    }
    double mean = Arrays.stream(without).average().orElse(0);
    double squares = 0;
    double cubes = 0;
    for (double value : without) {
      double distance = mean - value;
      squares += distance * distance;
      cubes += distance * distance * distance;
    }
    return squares <= 1e-300 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  private static double shifted(double z, double bias, double acceleration) {
    double moved = bias + z;
    return Normal.below(bias + moved / (1 - acceleration * moved));
  }

  /** The quantile, between neighbours in proportion. */
  private static double at(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int left = (int) Math.floor(place);
    int right = Math.min(left + 1, sorted.length - 1);
    return sorted[left] + (place - left) * (sorted[right] - sorted[left]);
  }

  private static double spread(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double squares = 0;
    for (double value : values) squares += (value - mean) * (value - mean);
    return Math.sqrt(squares / Math.max(1, values.length - 1));
  }
}
