package dev.kedge.eval.stats;

/**
 * The paired permutation test: if it made no difference which model answered, the two could change
 * places in any cluster, and the observed difference would be one of many alike. The p-value is the
 * share of such exchanges with a difference at least as far from 0.
 *
 * <p>All exchanges are counted for up to {@value #EXACT_CLUSTERS} clusters; above, seeded random
 * ones, where the observed arrangement counts as one of them, so that the level holds exactly
 * (Phipson and Smyth 2010).
 */
public final class PairedPermutation {
  /** Random exchanges of an ordinary comparison. */
  public static final int EXCHANGES = 9_999;

  private static final int EXACT_CLUSTERS = 13;

  private PairedPermutation() {}

  /** The two-sided p-value. */
  public static double twoSided(PairedSample sample, Figure figure, int exchanges, long seed) {
    int clusters = sample.clusters();
    boolean[] swap = new boolean[clusters];
    double observed = Math.abs(sample.swapped(figure, swap));
    // Sums in another order differ in their last digits; equal must stay equal.
    double least = observed - 1e-12 * Math.max(1, observed);
    if (clusters <= EXACT_CLUSTERS) return exact(sample, figure, swap, least);
    Draws draws = new Draws(seed);
    int reached = 1;
    for (int r = 0; r < exchanges; r++) {
      long bits = 0;
      for (int j = 0; j < clusters; j++) {
        if (j % 64 == 0) bits = draws.bits();
        swap[j] = (bits & 1) != 0;
        bits >>>= 1;
      }
      if (Math.abs(sample.swapped(figure, swap)) >= least) reached++;
    }
    return (double) reached / (exchanges + 1);
  }

  private static double exact(PairedSample sample, Figure figure, boolean[] swap, double least) {
    int arrangements = 1 << swap.length;
    int reached = 0;
    for (int a = 0; a < arrangements; a++) {
      for (int j = 0; j < swap.length; j++) swap[j] = (a >> j & 1) != 0;
      if (Math.abs(sample.swapped(figure, swap)) >= least) reached++;
    }
    return (double) reached / arrangements;
  }
}
