package dev.kedge.eval.stats;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What two models contributed to a {@link Figure} on the same examples, added up by cluster.
 *
 * <p>Examples that share a document are not independent: whatever is odd about the document shows
 * in all of them. The cluster, not the example, is therefore what is drawn, left out or swapped.
 * Immutable.
 */
public final class PairedSample {
  private final int examples;
  private final int clusters;
  private final double[][] first;
  private final double[][] second;

  private PairedSample(int examples, double[][] first, double[][] second) {
    this.examples = examples;
    this.clusters = first.length;
    this.first = first;
    this.second = second;
  }

  /**
   * Adds up by cluster.
   *
   * @param first one vector per example, all of one length
   * @param second of the same examples in the same order
   * @param clusters the name of each example's cluster; an empty name is a cluster of its own
   */
  public static PairedSample of(
      List<double[]> first, List<double[]> second, List<String> clusters) {
    if (first.isEmpty() || first.size() != second.size() || first.size() != clusters.size()) {
      throw new IllegalArgumentException(
          "two models need the same examples, at least one: "
              + first.size()
              + ", "
              + second.size()
              + ", "
              + clusters.size());
    }
    Map<String, Integer> numbers = new HashMap<>();
    int[] number = new int[clusters.size()];
    int count = 0;
    for (int i = 0; i < number.length; i++) {
      String name = clusters.get(i);
      Integer known = name.isEmpty() ? null : numbers.get(name);
      number[i] = known == null ? count++ : known;
      if (!name.isEmpty()) numbers.put(name, number[i]);
    }
    return new PairedSample(first.size(), sums(first, number, count), sums(second, number, count));
  }

  private static double[][] sums(List<double[]> vectors, int[] number, int count) {
    double[][] sums = new double[count][vectors.getFirst().length];
    for (int i = 0; i < number.length; i++) add(sums[number[i]], vectors.get(i), 1);
    return sums;
  }

  private static void add(double[] sums, double[] vector, int times) {
    for (int k = 0; k < sums.length; k++) sums[k] += times * vector[k];
  }

  /** How many examples. */
  public int examples() {
    return examples;
  }

  /** How many independent units. */
  public int clusters() {
    return clusters;
  }

  /** The first model's figure. */
  public double first(Figure figure) {
    return figure.of(total(first, null));
  }

  /** The second model's figure. */
  public double second(Figure figure) {
    return figure.of(total(second, null));
  }

  /** Second minus first, with each cluster counted {@code times[cluster]} times. */
  double difference(Figure figure, int[] times) {
    return figure.of(total(second, times)) - figure.of(total(first, times));
  }

  /** The second model's figure, with each cluster counted {@code times[cluster]} times. */
  double second(Figure figure, int[] times) {
    return figure.of(total(second, times));
  }

  /** Second minus first, after the models changed places in the clusters that are set. */
  double swapped(Figure figure, boolean[] swap) {
    double[] a = new double[first[0].length];
    double[] b = new double[a.length];
    for (int j = 0; j < clusters; j++) {
      add(swap[j] ? b : a, first[j], 1);
      add(swap[j] ? a : b, second[j], 1);
    }
    return figure.of(b) - figure.of(a);
  }

  private static double[] total(
      double[][] vectors, int @org.jspecify.annotations.Nullable [] times) {
    double[] sums = new double[vectors[0].length];
    for (int j = 0; j < vectors.length; j++) {
      int count = times == null ? 1 : times[j];
      if (count != 0) add(sums, vectors[j], count);
    }
    return sums;
  }
}
