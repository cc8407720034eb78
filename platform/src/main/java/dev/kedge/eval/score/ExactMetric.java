package dev.kedge.eval.score;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The whole answer is the whole label. */
public final class ExactMetric implements Metric {
  private static final String JSON_DEFINITION =
      "Share of answers that are the expected JSON value: strictly parsed, key order and number"
          + " spelling do not matter, everything else does.";
  private static final String TEXT_DEFINITION =
      "Share of answers that are exactly the expected text, white space at both ends aside.";

  private final Measure measure;
  private final boolean json;

  /**
   * @param json compares JSON values, not texts
   */
  public ExactMetric(String name, boolean json) {
    this.measure = Measure.share(name, json ? JSON_DEFINITION : TEXT_DEFINITION);
    this.json = json;
  }

  @Override
  public List<Measure> measures() {
    return List.of(measure);
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (question.expected().isNull()) return;
    scores.put(measure.name(), reply.answered() && right(question, reply.text()));
  }

  private boolean right(EvalCase question, String text) {
    if (!json) return text.strip().equals(question.expectedText().strip());
    Optional<JsonNode> found = JsonText.parse(text);
    return found.isPresent()
        && JsonText.canonical(found.get()).equals(JsonText.canonical(question.expected()));
  }
}
