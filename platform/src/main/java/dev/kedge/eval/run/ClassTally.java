package dev.kedge.eval.run;

import dev.kedge.eval.stats.Interval;
import dev.kedge.eval.Rate;
import dev.kedge.eval.score.ClassPair;
import dev.kedge.eval.score.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts how classes are taken for others; keeps both classes of each case for intervals. */
final class ClassTally implements Tally {
  private final Measure measure;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private int[] pairs = new int[2 * 256];
  private int n;

  ClassTally(Measure measure) {
    this.measure = measure;
  }

  @Override
  public void add(RunCase one) {
    ClassPair pair = one.classes().get(measure.name());
    if (pair == null) return;
    if (2 * n == pairs.length) pairs = Arrays.copyOf(pairs, 2 * pairs.length);
    pairs[2 * n] = id(pair.expected());
    pairs[2 * n + 1] = id(pair.predicted());
    n++;
  }

  private int id(String name) {
    return ids.computeIfAbsent(
        name,
        key -> {
          names.add(key);
          return names.size() - 1;
        });
  }

  /** Right, predicted and expected by class. */
  private record Sums(int[] right, int[] predicted, int[] expected) {
    static Sums of(int[] pairs, int[] draw, int classes) {
      Sums sums = new Sums(new int[classes], new int[classes], new int[classes]);
      for (int index : draw) {
        int expected = pairs[2 * index];
        int predicted = pairs[2 * index + 1];
        sums.expected[expected]++;
        sums.predicted[predicted]++;
        if (expected == predicted) sums.right[expected]++;
      }
      return sums;
    }

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

  @Override
  public List<Figure> figures() {
    if (n == 0) return List.of();
    int[] all = new int[n];
    for (int i = 0; i < n; i++) all[i] = i;
    Sums sums = Sums.of(pairs, all, names.size());
    int none = ids.getOrDefault(ClassPair.NONE, -1);
    Rate accuracy = new Rate(Arrays.stream(sums.right).sum(), n);
    Rate unnamed = new Rate(none < 0 ? 0 : sums.predicted[none], n);
    int[] cases = pairs;
    int classes = names.size();
    Interval macro = Resampling.interval(n, draw -> Sums.of(cases, draw, classes).macroF1());
    Interval micro = Resampling.interval(n, draw -> Sums.of(cases, draw, classes).microF1(none));
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

  private Figure f1(String name, double value, Interval interval, String definition) {
    return new Figure(
        name,
        measure.name(),
        measure.kind(),
        measure.better(),
        "",
        value,
        interval.low(),
        interval.high(),
        n,
        Resampling.NAME + " over cases",
        definition + measure.definition());
  }

  /** The confusion matrix. */
  RunTables.ClassTable table() {
    TreeMap<String, TreeMap<String, Long>> matrix = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      matrix
          .computeIfAbsent(names.get(pairs[2 * i]), _ -> new TreeMap<>())
          .merge(names.get(pairs[2 * i + 1]), 1L, Long::sum);
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
