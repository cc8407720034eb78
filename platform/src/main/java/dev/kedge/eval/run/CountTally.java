package dev.kedge.eval.run;

import dev.kedge.eval.FieldCount;
import dev.kedge.eval.score.Measure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up right, answered and expected items; keeps the sums of each case for the interval. */
final class CountTally implements Tally {
  private static final int MOST_FIELDS = 500;
  private static final String OTHERS = "(others)";

  private final Measure measure;
  private final TreeMap<String, FieldCount> fields = new TreeMap<>();
  private final Ints right = new Ints();
  private final Ints answered = new Ints();
  private final Ints expected = new Ints();
  private final Ints clusterOf = new Ints();

  CountTally(Measure measure) {
    this.measure = measure;
  }

  @Override
  public void add(RunCase one, int cluster) {
    Map<String, FieldCount> counts = one.counts().get(measure.name());
    if (counts == null) return;
    FieldCount sum = FieldCount.NONE;
    for (Map.Entry<String, FieldCount> entry : counts.entrySet()) {
      // Answers invent fields without end.
      boolean room = fields.size() < MOST_FIELDS || fields.containsKey(entry.getKey());
      fields.merge(room ? entry.getKey() : OTHERS, entry.getValue(), FieldCount::plus);
      sum = sum.plus(entry.getValue());
    }
    right.add((int) sum.right());
    answered.add((int) sum.answered());
    expected.add((int) sum.expected());
    clusterOf.add(cluster);
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
  public List<Figure> figures(Clusters clusters) {
    if (right.size() == 0) return List.of();
    FieldCount all = fields.values().stream().reduce(FieldCount.NONE, FieldCount::plus);
    String items = " Items of all fields and cases together (micro average). ";
    return List.of(
        figure(
            ".f1",
            all.f1(),
            Resampling.interval(clusters, times -> sum(times).f1()),
            "Harmonic mean of precision and recall." + items),
        figure(
            ".precision",
            all.precision().value(),
            Resampling.interval(clusters, times -> sum(times).precision().value()),
            "Share of answered items that are right." + items),
        figure(
            ".recall",
            all.recall().value(),
            Resampling.interval(clusters, times -> sum(times).recall().value()),
            "Share of expected items that were answered right." + items));
  }

  private Figure figure(String name, double value, Resampling.Found found, String definition) {
    return new Figure(
        measure.name() + name,
        measure.name(),
        measure.kind(),
        measure.better(),
        "",
        value,
        found.interval().low(),
        found.interval().high(),
        right.size(),
        found.method(),
        definition + measure.definition());
  }

  private FieldCount sum(int[] times) {
    long rights = 0;
    long answers = 0;
    long labels = 0;
    for (int i = 0; i < right.size(); i++) {
      long weight = times[clusterOf.get(i)];
      rights += weight * right.get(i);
      answers += weight * answered.get(i);
      labels += weight * expected.get(i);
    }
    return new FieldCount(rights, answers, labels);
  }
}
