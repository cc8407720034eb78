package dev.kedge.eval.run;

import dev.kedge.eval.stats.Interval;
import dev.kedge.eval.Rate;
import dev.kedge.eval.score.Measure;
import java.util.List;

/** Counts ones. */
final class ShareTally implements Tally {
  private final Measure measure;
  private long successes;
  private long n;

  ShareTally(Measure measure) {
    this.measure = measure;
  }

  @Override
  public void add(RunCase one) {
    Double value = one.metrics().get(measure.name());
    if (value == null) return;
    n++;
    if (value >= 0.5) successes++;
  }

  @Override
  public List<Figure> figures() {
    return n == 0
        ? List.of()
        : List.of(share(measure, measure.name(), new Rate(successes, n), measure.definition()));
  }

  /** A share as a figure. */
  static Figure share(Measure measure, String name, Rate rate, String definition) {
    Interval interval = rate.interval();
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
