package dev.kedge.eval.score;

import java.util.List;

/** What answers cost by the token. */
public final class CostMetric implements Metric {
  private static final double MILLION = 1e6;

  private final Measure measure;
  private final double input;
  private final double output;

  /**
   * @param input dollars per million tokens of prompts
   * @param output dollars per million tokens of answers
   */
  public CostMetric(String name, double input, double output) {
    this.input = input;
    this.output = output;
    this.measure =
        Measure.mean(
            name,
            Measure.Better.LOWER,
            "$",
            "Dollars per answered case at "
                + input
                + " per million tokens of prompts and "
                + output
                + " of answers, counted by the target.");
  }

  @Override
  public List<Measure> measures() {
    return List.of(measure);
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (!reply.answered()) return;
    double cost = (reply.promptTokens() * input + reply.completionTokens() * output) / MILLION;
    scores.put(measure.name(), cost);
  }
}
