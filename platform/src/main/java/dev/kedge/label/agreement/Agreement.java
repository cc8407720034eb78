package dev.kedge.label.agreement;

import dev.kedge.eval.Rate;
import dev.kedge.label.BlindLabels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How far the people of a project agree, from what they said blind.
 *
 * @param units items with two or more labels
 * @param same share of these on which all gave the same label
 * @param alpha Krippendorff's, over everybody; empty where it is not defined
 * @param pairs Cohen's kappa for every two people with common items
 * @param prevalence share of each label among all labels of these units, commonest first
 */
public record Agreement(
    int units,
    Rate same,
    Optional<Estimate> alpha,
    List<Pair> pairs,
    Map<String, Rate> prevalence) {
  public Agreement {
    pairs = List.copyOf(pairs);
    prevalence = Collections.unmodifiableMap(new LinkedHashMap<>(prevalence));
  }

  /** A coefficient with its 95 % interval. */
  public record Estimate(double value, double low, double high) {}

  /**
   * Two people.
   *
   * @param same items on which they agree, of those that both labelled
   * @param kappa empty where it is not defined
   */
  public record Pair(String first, String second, Rate same, Optional<Estimate> kappa) {}

  /**
   * Computes it.
   *
   * @param seed of the resampling
   */
  public static Agreement of(BlindLabels blind, long seed) {
    Ratings all = Ratings.of(blind);
    List<int[]> doubled = all.units().stream().filter(unit -> count(unit) >= 2).toList();
    Ratings ratings = all.with(doubled);
    long same = doubled.stream().filter(Agreement::unanimous).count();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < ratings.people().size(); i++) {
      for (int j = i + 1; j < ratings.people().size(); j++) {
        pair(ratings.pair(i, j), seed).ifPresent(pairs::add);
      }
    }
    return new Agreement(
        doubled.size(),
        new Rate(same, doubled.size()),
        estimate(ratings, seed, KrippendorffAlpha::of),
        pairs,
        prevalence(ratings));
  }

  private static Optional<Pair> pair(Ratings pair, long seed) {
    if (pair.units().isEmpty()) return Optional.empty();
    long same = pair.units().stream().filter(Agreement::unanimous).count();
    return Optional.of(
        new Pair(
            pair.people().getFirst(),
            pair.people().getLast(),
            new Rate(same, pair.units().size()),
            estimate(pair, seed, CohenKappa::of)));
  }

  private static Optional<Estimate> estimate(
      Ratings ratings, long seed, ToDoubleFunction<Ratings> statistic) {
    if (ratings.units().isEmpty()) return Optional.empty();
    double value = statistic.applyAsDouble(ratings);
    if (Double.isNaN(value)) return Optional.empty();
    double[] interval = Resampling.interval(ratings, seed, statistic);
    return Optional.of(new Estimate(value, interval[0], interval[1]));
  }

  private static Map<String, Rate> prevalence(Ratings ratings) {
    long[] counts = new long[ratings.labels().size()];
    long all = 0;
    for (int[] unit : ratings.units()) {
      for (int label : unit) {
        if (label == Ratings.MISSING) continue;
        counts[label]++;
        all++;
      }
    }
    long total = all;
    Map<String, Rate> prevalence = new LinkedHashMap<>();
    IntStream.range(0, counts.length)
        .boxed()
        .filter(label -> counts[label] > 0)
        .sorted((a, b) -> Long.compare(counts[b], counts[a]))
        .forEach(
            label -> prevalence.put(ratings.labels().get(label), new Rate(counts[label], total)));
    return prevalence;
  }

  private static int count(int[] unit) {
    return (int) IntStream.of(unit).filter(label -> label != Ratings.MISSING).count();
  }

  private static boolean unanimous(int[] unit) {
    return IntStream.of(unit).filter(label -> label != Ratings.MISSING).distinct().count() == 1;
  }
}
