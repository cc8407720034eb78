package dev.kedge.route.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What is held together when examples are dealt to folds. */
public enum Split {
  /**
   * Groups: what is measured is how it goes on subjects that training has not seen. Examples
   * without a group stand for themselves.
   */
  GROUP,
  /**
   * Single examples: what is measured is how it goes on more of the same subjects. Examples of the
   * same text still stay together.
   */
  RANDOM;

  static final int FOLDS = 5;

  /** For each example the number of its unit, in order of first appearance. */
  int[] units(List<Scored> examples) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] units = new int[examples.size()];
    for (int i = 0; i < units.length; i++) {
      units[i] = numbers.computeIfAbsent(unit(examples.get(i)), _ -> numbers.size());
    }
    return units;
  }

  private String unit(Scored example) {
    if (this == GROUP && !example.group().isEmpty()) return "group " + example.group();
    return "text " + example.prompt().strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
  }

  /**
   * Deals units to folds, large units first, each to the fold that has least; equal sizes in an
   * order drawn from the seed.
   *
   * @return for each example its fold
   */
  static int[] folds(int[] units, long seed) {
    Map<Integer, Integer> sizes = new LinkedHashMap<>();
    for (int unit : units) sizes.merge(unit, 1, Integer::sum);
    int[] order = sizes.keySet().stream().mapToInt(Integer::intValue).toArray();
    LogisticRegression.shuffle(order, new SplittableRandom(seed));
    int[] bySize =
        Arrays.stream(order)
            .boxed()
            .sorted((a, b) -> size(sizes, b) - size(sizes, a))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] filled = new int[FOLDS];
    int[] foldOfUnit = new int[order.length];
    for (int unit : bySize) {
      int least =
          IntStream.range(0, FOLDS).reduce((a, b) -> filled[b] < filled[a] ? b : a).orElse(0);
      foldOfUnit[unit] = least;
      filled[least] += size(sizes, unit);
    }
    return Arrays.stream(units).map(unit -> foldOfUnit[unit]).toArray();
  }

  private static int size(Map<Integer, Integer> sizes, int unit) {
    return sizes.getOrDefault(unit, 0);
  }
}
