package dev.kedge.eval.run;

import dev.kedge.eval.Rate;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.stats.Interval;
import dev.kedge.eval.stats.Wilson;
import java.util.List;

/** Counts ones; keeps each for intervals over clusters. */
final class ShareTally implements Tally {
  private final Measure measure;
  private final Ints ones = new Ints();
  private final Ints clusterOf = new Ints();
  private long successes;

  ShareTally(Measure measure) {
    this.measure = measure;
  }

  @Override
  public void add(RunCase one, int cluster) {
    Double value = one.metrics().get(measure.name());
    if (value == null) return;
    int good = value >= 0.5 ? 1 : 0;
    ones.add(good);
    clusterOf.add(cluster);
    successes += good;
  }

  @Override
  public List<Figure> figures(Clusters clusters) {
    if (ones.size() == 0) return List.of();
    Rate rate = new Rate(successes, ones.size());
    if (!clusters.shared()) {
      return List.of(share(measure, measure.name(), rate, measure.definition()));
    }
    Resampling.Found found = Resampling.interval(clusters, this::share);
    return List.of(
        new Figure(
            measure.name(),
            measure.name(),
            measure.kind(),
            measure.better(),
            "",
            rate.value(),
            found.interval().low(),
            found.interval().high(),
            rate.n(),
            found.method(),
            measure.definition()));
  }

  private double share(int[] times) {
    long good = 0;
    long all = 0;
    for (int i = 0; i < ones.size(); i++) {
      int weight = times[clusterOf.get(i)];
      good += (long) weight * ones.get(i);
      all += weight;
    }
    return all == 0 ? 0 : (double) good / all;
  }

  /** A share of independent things as a figure. */
  static Figure share(Measure measure, String name, Rate rate, String definition) {
    Interval interval = Wilson.interval(rate.successes(), rate.n());
    return new Figure(
        name,
        measure.name(),
        measure.kind(),
        measure.better(),
        "",
        rate.value(),
        interval.low(),
        interval.high(),
        rate.n(),
        "Wilson",
        definition);
  }
}
