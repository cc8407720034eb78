package dev.kedge.eval.run;

import dev.kedge.eval.score.Metric;
import java.util.List;

/**
 * What is to be run.
 *
 * @param task the task's or filter's name: letters, digits, '.', '_', '-'
 * @param source the cases
 * @param asking how they are asked
 * @param metrics how answers are scored, headline first; at least one
 * @param concurrency cases asked at the same time
 * @param version of Kedge, for the manifest
 */
public record RunPlan(
    String task,
    CaseSource source,
    Asking asking,
    List<Metric> metrics,
    int concurrency,
    String version) {
  public RunPlan {
    metrics = List.copyOf(metrics);
    if (metrics.isEmpty()) throw new IllegalArgumentException("no metric");
    if (concurrency < 1) throw new IllegalArgumentException("concurrency must be 1 or more");
  }
}
