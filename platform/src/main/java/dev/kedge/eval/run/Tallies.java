package dev.kedge.eval.run;

import dev.kedge.eval.FieldCount;
import dev.kedge.eval.Rate;
import dev.kedge.eval.score.ClassPair;
import dev.kedge.eval.score.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Adds up the cases of a run as they come; holds numbers only, and the worst cases. One thread. */
final class Tallies {
  private static final int WORST = 100;
  private static final int MOST_TAGS = 200;

  private final List<Measure> measures;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private final Map<String, TreeMap<String, Rate>> slices = new LinkedHashMap<>();
  /* The least bad of those kept is at the head. */
  private final PriorityQueue<Bad> worst = new PriorityQueue<>(Bad.ORDER);
  private final Clusters clusters = new Clusters();
  private long number;

  /** A case with what it is worth; the worse, the smaller. */
  private record Bad(double worth, long number, RunCase one) {
    static final Comparator<Bad> ORDER =
        Comparator.comparingDouble(Bad::worth).thenComparingLong(Bad::number).reversed();
  }

  Tallies(List<Measure> measures) {
    this.measures = List.copyOf(measures);
    for (Measure measure : measures) {
      Tally tally =
          switch (measure.kind()) {
            case SHARE -> new ShareTally(measure);
            case MEAN -> new MeanTally(measure);
            case CLASSES -> new ClassTally(measure);
            case COUNTS -> new CountTally(measure);
          };
      if (tallies.put(measure.name(), tally) != null) {
        throw new IllegalArgumentException("two metrics measure '" + measure.name() + "'");
      }
    }
  }

  /** Adds one case. */
  void add(RunCase one) {
    int cluster = clusters.of(one);
    for (Tally tally : tallies.values()) tally.add(one, cluster);
    addSlices(one);
    double worth = worth(one);
    number++;
    if (worth >= 1) return;
    worst.add(new Bad(worth, number, one));
    if (worst.size() > WORST) worst.remove();
  }

  private void addSlices(RunCase one) {
    for (String tag : one.tags()) {
      for (Measure measure : measures) {
        Boolean good = good(measure, one);
        if (good == null) continue;
        TreeMap<String, Rate> rates = slices.computeIfAbsent(measure.name(), _ -> new TreeMap<>());
        if (rates.size() >= MOST_TAGS && !rates.containsKey(tag)) continue;
        rates.merge(
            tag,
            new Rate(good ? 1 : 0, 1),
            (a, b) -> new Rate(a.successes() + b.successes(), a.n() + b.n()));
      }
    }
  }

  private static @org.jspecify.annotations.Nullable Boolean good(Measure measure, RunCase one) {
    return switch (measure.kind()) {
      case SHARE -> {
        Double value = one.metrics().get(measure.name());
        yield value == null ? null : value >= 0.5;
      }
      case CLASSES -> {
        ClassPair pair = one.classes().get(measure.name());
        yield pair == null ? null : pair.right();
      }
      case MEAN, COUNTS -> null;
    };
  }

  /* The headline measure decides; among equals the share of the others that is good. */
  private double worth(RunCase one) {
    double headline = 1;
    double sum = 0;
    int n = 0;
    boolean first = true;
    for (Measure measure : measures) {
      double value = value(measure, one);
      if (Double.isNaN(value)) continue;
      if (first) headline = value;
      first = false;
      sum += value;
      n++;
    }
    return n == 0 ? 1 : headline + (headline < 1 ? 0.001 * sum / n : 0);
  }

  private static double value(Measure measure, RunCase one) {
    if (measure.kind() == Measure.Kind.COUNTS) {
      Map<String, FieldCount> counts = one.counts().get(measure.name());
      if (counts == null || counts.isEmpty()) return Double.NaN;
      FieldCount sum = counts.values().stream().reduce(FieldCount.NONE, FieldCount::plus);
      return sum.answered() + sum.expected() == 0 ? 1 : sum.f1();
    }
    Boolean good = good(measure, one);
    return good == null ? Double.NaN : good ? 1 : 0;
  }

  /** What guessing would reach, where that is known. */
  List<String> chances() {
    return tallies.values().stream().flatMap(tally -> tally.chance().stream()).toList();
  }

  /** All figures, in the order of the measures. */
  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    for (Tally tally : tallies.values()) figures.addAll(tally.figures(clusters));
    return figures;
  }

  /** The parts of which the figures are made. */
  RunTables tables() {
    List<RunTables.ClassTable> classes = new ArrayList<>();
    List<RunTables.FieldRow> fields = new ArrayList<>();
    for (Tally tally : tallies.values()) {
      if (tally instanceof ClassTally one) classes.add(one.table());
      if (tally instanceof CountTally one) fields.addAll(one.rows());
    }
    List<RunTables.Slice> rows = new ArrayList<>();
    slices.forEach((measure, rates) ->
        rates.forEach((tag, rate) ->
            rows.add(new RunTables.Slice(measure, tag, rate.successes(), rate.n()))));
    return new RunTables(classes, fields, rows);
  }

  /** The worst cases, worst first, at most a hundred. */
  List<RunCase> worst() {
    return worst.stream().sorted(Bad.ORDER.reversed()).map(Bad::one).toList();
  }
}
