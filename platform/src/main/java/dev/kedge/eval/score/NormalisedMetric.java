package dev.kedge.eval.score;

import java.util.List;

/** The answer says the same words as the label. */
public final class NormalisedMetric implements Metric {
  private final Measure measure;

  public NormalisedMetric(String name) {
    measure =
        Measure.share(
            name,
            "Share of answers that equal the expected text after both are put in lower case,"
                + " accents and everything but letters and digits are taken away (Unicode NFKD),"
                + " and words are set apart by one blank. Where the label is a list, one of its"
                + " texts will do.");
  }

  @Override
  public List<Measure> measures() {
    return List.of(measure);
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (question.expected().isNull()) return;
    scores.put(measure.name(), reply.answered() && right(question, Texts.normalised(reply.text())));
  }

  private static boolean right(EvalCase question, String answer) {
    if (!question.expected().isArray()) {
      return answer.equals(Texts.normalised(question.expectedText()));
    }
    return question.expected().values().stream()
        .anyMatch(one ->
            answer.equals(Texts.normalised(one.isString() ? one.asString() : one.toString())));
  }
}
