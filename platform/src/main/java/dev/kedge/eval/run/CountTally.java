package dev.kedge.eval.run;

import dev.kedge.eval.FieldCount;
import dev.kedge.eval.stats.Interval;
import dev.kedge.eval.score.Measure;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up right, answered and expected items; keeps the sums of each case for the interval. */
final class CountTally implements Tally {
  private static final int MOST_FIELDS = 500;
  private static final String OTHERS = "(others)";

  private final Measure measure;
  private final TreeMap<String, FieldCount> fields = new TreeMap<>();
  private int[] sums = new int[3 * 256];
  private int n;

  CountTally(Measure measure) {
    this.measure = measure;
  }

  @Override
  public void add(RunCase one) {
    Map<String, FieldCount> counts = one.counts().get(measure.name());
    if (counts == null) return;
    FieldCount sum = FieldCount.NONE;
    for (Map.Entry<String, FieldCount> entry : counts.entrySet()) {
      // Answers invent fields without end.
      boolean room = fields.size() < MOST_FIELDS || fields.containsKey(entry.getKey());
      fields.merge(room ? entry.getKey() : OTHERS, entry.getValue(), FieldCount::plus);
      sum = sum.plus(entry.getValue());
    }
    if (3 * n == sums.length) sums = Arrays.copyOf(sums, 2 * sums.length);
    sums[3 * n] = (int) sum.right();
    sums[3 * n + 1] = (int) sum.answered();
    sums[3 * n + 2] = (int) sum.expected();
    n++;
  }

  /** Per field. */
  List<RunTables.FieldRow> rows() {
    return fields.entrySet().stream()
        .map(field ->
            new RunTables.FieldRow(
                measure.name(),
                field.getKey(),
                field.getValue().right(),
                field.getValue().answered(),
                field.getValue().expected()))
        .toList();
  }

  @Override
  public List<Figure> figures() {
    if (n == 0) return List.of();
    FieldCount all = fields.values().stream().reduce(FieldCount.NONE, FieldCount::plus);
    int[] cases = sums;
    Interval interval = Resampling.interval(n, draw -> f1(cases, draw));
    String items = " Items of all fields and cases together (micro average). ";
    return List.of(
        new Figure(
            measure.name() + ".f1",
            measure.name(),
            measure.kind(),
            measure.better(),
            "",
            all.f1(),
            interval.low(),
            interval.high(),
            n,
            Resampling.NAME + " over cases",
            "Harmonic mean of precision and recall." + items + measure.definition()),
        ShareTally.share(
            measure,
            measure.name() + ".precision",
            all.precision(),
            "Share of answered items that are right." + items + measure.definition()),
        ShareTally.share(
            measure,
            measure.name() + ".recall",
            all.recall(),
            "Share of expected items that were answered right." + items + measure.definition()));
  }

  private static double f1(int[] cases, int[] draw) {
    long right = 0;
    long both = 0;
    for (int index : draw) {
      right += cases[3 * index];
      both += cases[3 * index + 1] + cases[3 * index + 2];
    }
    return both == 0 ? 0 : 2.0 * right / both;
  }
}
