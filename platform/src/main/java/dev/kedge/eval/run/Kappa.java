package dev.kedge.eval.run;

import dev.kedge.eval.stats.Bootstrap;
import dev.kedge.eval.stats.Interval;

/**
 * Cohen's kappa (1960) of two judges who say pass or fail: agreement beyond chance, 1 where they
 * always agree, 0 where they agree as often as chance would. With a BCa bootstrap interval.
 *
 * @param value NaN where both always say the same one thing, so that nothing is left beyond chance
 * @param agreement share of answers on which both say the same
 * @param n answers
 */
record Kappa(double value, Interval interval, double agreement, int n) {
  private static final long SEED = 1_960;

  /**
   * Of two lists of verdicts, as long as each other.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Kappa of(boolean[] first, boolean[] second) {
    int n = first.length;
    if (n == 0 || second.length != n) throw new IllegalArgumentException("no verdicts to compare");
    int[] once = new int[n];
    java.util.Arrays.fill(once, 1);
    int same = 0;
    for (int i = 0; i < n; i++) if (first[i] == second[i]) same++;
    double value = value(first, second, once);
    Bootstrap found =
        Bootstrap.of(
            n,
            times -> {
              double kappa = value(first, second, times);
              // A resample without both verdicts shows perfect or no agreement.
              return Double.isNaN(kappa) ? 1 : kappa;
            },
            Bootstrap.RESAMPLES,
            SEED);
    return new Kappa(value, found.interval(), (double) same / n, n);
  }

  private static double value(boolean[] first, boolean[] second, int[] times) {
    double both = 0;
    double firstPasses = 0;
    double secondPasses = 0;
    double all = 0;
    for (int i = 0; i < first.length; i++) {
      all += times[i];
      if (first[i] == second[i]) both += times[i];
      if (first[i]) firstPasses += times[i];
      if (second[i]) secondPasses += times[i];
    }
    double p = firstPasses / all;
    double q = secondPasses / all;
    double chance = p * q + (1 - p) * (1 - q);
    return chance >= 1 ? Double.NaN : (both / all - chance) / (1 - chance);
  }
}
