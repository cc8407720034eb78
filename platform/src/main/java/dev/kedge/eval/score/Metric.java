package dev.kedge.eval.score;

import java.util.List;

/** Scores single answers. Called from many threads at once. */
public interface Metric {
  /** What it measures, with definitions; at least one. */
  List<Measure> measures();

  /**
   * Scores one answer into {@code scores}. A call without an answer counts as wrong wherever the
   * measure is about being right.
   */
  void score(EvalCase question, Reply reply, Scores scores) throws InterruptedException;
}
