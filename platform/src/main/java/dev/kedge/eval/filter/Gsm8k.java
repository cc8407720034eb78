package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.run.Asking;
import dev.kedge.eval.run.JsonLinesSource;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.JsonText;
import dev.kedge.eval.score.LatencyMetric;
import dev.kedge.eval.score.LengthMetric;
import dev.kedge.eval.score.NumberMetric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Word problems with a number as answer (Cobbe et al. 2021): {@code question}, {@code answer}. */
final class Gsm8k {
  private static final int MOST_TOKENS = 512;
  private static final String MARK = "####";
  private static final String HOW =
      "\n\nSolve this step by step. Then write #### and the answer as a number on the last line.";

  private Gsm8k() {}

  static PublicFilter open(Path file, PublicFilter.Options options) throws IOException {
    return new PublicFilter(
        "gsm8k",
        JsonLinesSource.of(file, Gsm8k::read),
        new Asking("", options.tokens(MOST_TOKENS), 0, Asking.Mode.CHAT, options.attempt()),
        List.of(
            new NumberMetric("number"), new LengthMetric("length"), new LatencyMetric("latency")));
  }

  private static EvalCase read(String line, long number) {
    JsonNode node;
    try {
      node = JsonText.STRICT.readTree(line);
    } catch (JacksonException e) {
      throw KedgeException.invalid("not a JSON object: " + e.getOriginalMessage());
    }
    String answer = node.path("answer").stringValue("");
    int mark = answer.lastIndexOf(MARK);
    if (!node.path("question").isString() || mark < 0) {
      throw KedgeException.invalid("expected a question, and an answer that ends with #### NUMBER");
    }
    String label = answer.substring(mark + MARK.length()).strip();
    return EvalCase.of(
        "gsm8k-" + number,
        node.path("question").asString() + HOW,
        JsonText.STRICT.getNodeFactory().stringNode(label));
  }
}
