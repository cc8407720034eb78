package dev.kedge.eval.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Benjamini and Hochberg's step-up adjustment (1995): of the findings that are reported, the
 * expected share that is false stays below the level, and where nothing is true, so does the chance
 * of any. Holds for independent tests and for those that tend to err together (Benjamini and
 * Yekutieli 2001), such as tests of phrases that share words.
 */
public final class FalseDiscovery {
  private FalseDiscovery() {}

  /** Adjusted p-values in the given order; each may be compared with the level as it stands. */
  public static List<Double> adjusted(List<Double> pValues) {
    return adjusted(pValues, pValues.size());
  }

  /**
   * The same where these are the smallest of more.
   *
   * @param tests how many there were in all, at least as many as are given
   */
  public static List<Double> adjusted(List<Double> pValues, long tests) {
    int n = pValues.size();
    if (tests < n) throw new IllegalArgumentException(n + " of " + tests + " tests");
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparing(pValues::get))
            .mapToInt(Integer::intValue)
            .toArray();
    Double[] adjusted = new Double[n];
    double least = 1;
    for (int rank = n; rank >= 1; rank--) {
      least = Math.min(least, pValues.get(order[rank - 1]) * tests / rank);
      adjusted[order[rank - 1]] = least;
    }
    return Arrays.asList(adjusted);
  }
}
