package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.run.Asking;
import dev.kedge.eval.run.JsonLinesSource;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.InstructionMetric;
import dev.kedge.eval.score.JsonText;
import dev.kedge.eval.score.LatencyMetric;
import dev.kedge.eval.score.LengthMetric;
import dev.kedge.eval.score.instruct.Instructions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Prompts with verifiable instructions (Zhou et al. 2023), in the published layout. */
final class IfEval {
  private static final int MOST_TOKENS = 1280;

  private IfEval() {}

  static PublicFilter open(Path file, PublicFilter.Options options) throws IOException {
    return new PublicFilter(
        "ifeval",
        JsonLinesSource.of(file, IfEval::read),
        new Asking("", options.tokens(MOST_TOKENS), 0, Asking.Mode.CHAT, options.attempt()),
        List.of(
            new InstructionMetric("instructions"),
            new LengthMetric("length"),
            new LatencyMetric("latency")));
  }

  private static EvalCase read(String line, long number) {
    JsonNode node;
    try {
      node = JsonText.STRICT.readTree(line);
    } catch (JacksonException e) {
      throw KedgeException.invalid("not a JSON object: " + e.getOriginalMessage());
    }
    JsonNode kinds = node.path("instruction_id_list");
    if (!node.path("prompt").isString()
        || !kinds.isArray()
        || node.path("kwargs").size() != kinds.size()) {
      throw KedgeException.invalid(
          "expected a prompt, an instruction_id_list and as many kwargs (line " + number + ")");
    }
    List<String> tags = new ArrayList<>();
    for (JsonNode kind : kinds.values()) {
      if (!Instructions.kinds().contains(kind.asString(""))) {
        throw KedgeException.invalid("unknown kind of instruction '" + kind.asString("") + "'");
      }
      tags.add(kind.asString());
    }
    return new EvalCase(
        "ifeval-" + node.path("key").asString(Long.toString(number)),
        node.path("prompt").asString(),
        JsonText.STRICT.nullNode(),
        tags.stream().distinct().toList(),
        "",
        List.of(),
        node);
  }
}
