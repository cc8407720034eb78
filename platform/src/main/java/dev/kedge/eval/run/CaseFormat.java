package dev.kedge.eval.run;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.JsonText;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The cases of a task: an object with {@code input}, usually {@code expected}, and if need be
 * {@code id}, {@code tags}, {@code group} (the document that several cases share) and {@code
 * options}; every other field is kept for the scorers that know it, such as {@code context}.
 */
final class CaseFormat implements JsonLinesSource.Format {
  private static final Set<String> KNOWN =
      Set.of("id", "input", "expected", "tags", "group", "options");

  @Override
  public EvalCase read(String line, long number) {
    JsonNode node;
    try {
      node = JsonText.STRICT.readTree(line);
    } catch (JacksonException e) {
      throw KedgeException.invalid("not a JSON object: " + e.getOriginalMessage());
    }
    if (!node.path("input").isString()) {
      throw KedgeException.invalid("expected {\"input\": text, \"expected\": answer}");
    }
    JsonNode expected = node.path("expected");
    ObjectNode extra = JsonNodeFactory.instance.objectNode();
    node.forEachEntry((key, value) -> {
      if (!KNOWN.contains(key)) extra.set(key, value);
    });
    JsonNode id = node.path("id");
    return new EvalCase(
        id.isString() || id.isNumber() ? id.asString() : Long.toString(number),
        node.path("input").asString(),
        expected.isMissingNode() ? JsonNodeFactory.instance.nullNode() : expected,
        JsonLinesSource.texts(node.path("tags")),
        node.path("group").stringValue(""),
        JsonLinesSource.texts(node.path("options")),
        extra);
  }
}
