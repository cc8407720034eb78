package dev.kedge.eval.score;

import java.util.List;

/** How long answers took. */
public final class LatencyMetric implements Metric {
  private final String name;

  public LatencyMetric(String name) {
    this.name = name;
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        Measure.mean(
            name + ".total",
            Measure.Better.LOWER,
            "ms",
            "Time from sending to the end of the answer, as it was measured when the answer"
                + " was given, beside the other cases asked at the same time."),
        Measure.mean(
            name + ".first_token",
            Measure.Better.LOWER,
            "ms",
            "Time from sending to the first text, measured likewise."));
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (!reply.answered()) return;
    scores.put(name + ".total", reply.totalMs());
    scores.put(name + ".first_token", reply.firstTokenMs());
  }
}
