package dev.kedge.eval.run;

import dev.kedge.eval.Rate;
import dev.kedge.eval.score.ClassPair;
import dev.kedge.eval.score.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts how classes are taken for others; keeps both classes of each case for intervals. */
final class ClassTally implements Tally {
  private static final int MOST_CLASSES = 1_000;
  private static final String OTHERS = "(others)";

  private final Measure measure;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final Ints expectedOf = new Ints();
  private final Ints predictedOf = new Ints();
  private final Ints clusterOf = new Ints();

  ClassTally(Measure measure) {
    this.measure = measure;
  }

  @Override
  public void add(RunCase one, int cluster) {
    ClassPair pair = one.classes().get(measure.name());
    if (pair == null) return;
    expectedOf.add(id(pair.expected()));
    predictedOf.add(id(pair.predicted()));
    clusterOf.add(cluster);
  }

  /* Where a task names no classes, every wrong answer is one more: their number is bounded. */
  private int id(String name) {
    Integer known = ids.get(name);
    if (known != null) return known;
    if (names.size() >= MOST_CLASSES && !name.equals(OTHERS)) return id(OTHERS);
    names.add(name);
    ids.put(name, names.size() - 1);
    return names.size() - 1;
  }

  /** Right, predicted and expected by class. */
  private record Sums(int[] right, int[] predicted, int[] expected) {
    /** Over classes that a label names; an answer that names none belongs to no class. */
    double macroF1() {
      double sum = 0;
      int classes = 0;
      for (int i = 0; i < right.length; i++) {
        if (expected[i] == 0) continue;
        classes++;
        if (right[i] > 0) sum += 2.0 * right[i] / (predicted[i] + expected[i]);
      }
      return classes == 0 ? 0 : sum / classes;
    }

    double microF1(int none) {
      long all = 0;
      long both = 0;
      for (int i = 0; i < right.length; i++) {
        all += right[i];
        both += expected[i] + (i == none ? 0 : predicted[i]);
      }
      return both == 0 ? 0 : 2.0 * all / both;
    }
  }

  private Sums sums(int[] times) {
    int classes = names.size();
    Sums sums = new Sums(new int[classes], new int[classes], new int[classes]);
    for (int i = 0; i < expectedOf.size(); i++) {
      int weight = times[clusterOf.get(i)];
      int expected = expectedOf.get(i);
      sums.expected[expected] += weight;
      sums.predicted[predictedOf.get(i)] += weight;
      if (expected == predictedOf.get(i)) sums.right[expected] += weight;
    }
    return sums;
  }

  @Override
  public List<Figure> figures(Clusters clusters) {
    int n = expectedOf.size();
    if (n == 0) return List.of();
    int[] once = new int[clusters.count()];
    Arrays.fill(once, 1);
    Sums sums = sums(once);
    int none = ids.getOrDefault(ClassPair.NONE, -1);
    Rate accuracy = new Rate(Arrays.stream(sums.right).sum(), n);
    Rate unnamed = new Rate(none < 0 ? 0 : sums.predicted[none], n);
    Resampling.Found macro = Resampling.interval(clusters, times -> sums(times).macroF1());
    Resampling.Found micro = Resampling.interval(clusters, times -> sums(times).microF1(none));
    String name = measure.name();
    return List.of(
        ShareTally.share(
            measure,
            name + ".accuracy",
            accuracy,
            "Share of right classes. " + measure.definition()),
        f1(
            name + ".f1.macro",
            sums.macroF1(),
            macro,
            "Mean of the F1 of all classes that a label names, rare ones as heavy as others. "),
        f1(
            name + ".f1.micro",
            sums.microF1(none),
            micro,
            "F1 over all cases together; equals accuracy where every answer names a class. "),
        new Figure(
            name + ".none",
            name,
            measure.kind(),
            Measure.Better.LOWER,
            "",
            unnamed.value(),
            unnamed.interval().low(),
            unnamed.interval().high(),
            n,
            "Wilson",
            "Share of answers that name no known class. " + measure.definition()));
  }

  private Figure f1(String name, double value, Resampling.Found found, String definition) {
    return new Figure(
        name,
        measure.name(),
        measure.kind(),
        measure.better(),
        "",
        value,
        found.interval().low(),
        found.interval().high(),
        expectedOf.size(),
        found.method(),
        definition + measure.definition());
  }

  @Override
  public Optional<String> chance() {
    int n = expectedOf.size();
    int[] expected = new int[names.size()];
    for (int i = 0; i < n; i++) expected[expectedOf.get(i)]++;
    long labels = Arrays.stream(expected).filter(count -> count > 0).count();
    if (labels < 2) return Optional.empty();
    int common = 0;
    for (int i = 1; i < expected.length; i++) if (expected[i] > expected[common]) common = i;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s: guessing among the %d classes that occur is right in %.1f %%, always answering"
                + " '%s' in %.1f %%",
            measure.name(),
            labels,
            100.0 / labels,
            names.get(common),
            100.0 * expected[common] / n));
  }

  /** The confusion matrix. */
  RunTables.ClassTable table() {
    TreeMap<String, TreeMap<String, Long>> matrix = new TreeMap<>();
    for (int i = 0; i < expectedOf.size(); i++) {
      matrix
          .computeIfAbsent(names.get(expectedOf.get(i)), _ -> new TreeMap<>())
          .merge(names.get(predictedOf.get(i)), 1L, Long::sum);
    }
    List<RunTables.Cell> cells = new ArrayList<>();
    Map<String, Long> predicted = new HashMap<>();
    matrix.forEach((expected, row) ->
        row.forEach((found, count) -> {
          cells.add(new RunTables.Cell(expected, found, count));
          predicted.merge(found, count, Long::sum);
        }));
    List<RunTables.ClassRow> rows = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      TreeMap<String, Long> row = matrix.getOrDefault(name, new TreeMap<>());
      rows.add(
          new RunTables.ClassRow(
              name,
              row.getOrDefault(name, 0L),
              predicted.getOrDefault(name, 0L),
              row.values().stream().mapToLong(Long::longValue).sum()));
    }
    return new RunTables.ClassTable(measure.name(), rows, cells);
  }
}
