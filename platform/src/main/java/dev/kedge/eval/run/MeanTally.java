package dev.kedge.eval.run;

import dev.kedge.eval.score.Measure;
import dev.kedge.eval.stats.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps the numbers of all cases: eight bytes each. */
final class MeanTally implements Tally {
  private final Measure measure;
  private double[] values = new double[256];
  private final Ints clusterOf = new Ints();
  private int n;

  MeanTally(Measure measure) {
    this.measure = measure;
  }

  @Override
  public void add(RunCase one, int cluster) {
    Double value = one.metrics().get(measure.name());
    if (value == null) return;
    if (n == values.length) values = Arrays.copyOf(values, 2 * n);
    values[n++] = value;
    clusterOf.add(cluster);
  }

  @Override
  public List<Figure> figures(Clusters clusters) {
    if (n == 0) return List.of();
    double[] all = Arrays.copyOf(values, n);
    double mean = Arrays.stream(all).average().orElse(0);
    Resampling.Found found = Resampling.interval(clusters, times -> mean(all, times));
    double[] sorted = all.clone();
    Arrays.sort(sorted);
    List<Figure> figures = new ArrayList<>();
    figures.add(
        figure(
            measure.name(),
            mean,
            found.interval(),
            found.method(),
            "Mean over answered cases: " + measure.definition()));
    for (int percent : new int[] {50, 90}) {
      int rank = Math.max(0, (int) Math.ceil(percent / 100.0 * n) - 1);
      figures.add(
          figure(
              measure.name() + ".p" + percent,
              sorted[rank],
              ranks(sorted, percent / 100.0),
              "order statistics",
              "At or below this are " + percent + " % of answered cases: " + measure.definition()));
    }
    return figures;
  }

  private Figure figure(
      String name, double value, Interval interval, String method, String definition) {
    return new Figure(
        name,
        measure.name(),
        measure.kind(),
        measure.better(),
        measure.unit(),
        value,
        interval.low(),
        interval.high(),
        n,
        method,
        definition);
  }

  private double mean(double[] all, int[] times) {
    double sum = 0;
    long count = 0;
    for (int i = 0; i < all.length; i++) {
      int weight = times[clusterOf.get(i)];
      sum += weight * all[i];
      count += weight;
    }
    return count == 0 ? 0 : sum / count;
  }

  /* A quantile lies between the order statistics at n·p ± 1.96·√(n·p·(1−p)), without assumptions. */
  private static Interval ranks(double[] sorted, double p) {
    int n = sorted.length;
    double half = 1.959963984540054 * Math.sqrt(n * p * (1 - p));
    int low = (int) Math.floor(n * p - half) - 1;
    int high = (int) Math.ceil(n * p + half);
    return new Interval(sorted[Math.max(0, low)], sorted[Math.min(n - 1, high)]);
  }
}
