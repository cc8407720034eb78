package dev.kedge.eval.score;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The answer is JSON: whether it parses, fulfils its schema, and which fields are right. */
public final class JsonMetric implements Metric {
  private final String name;
  private final Optional<Schema> schema;
  private final JsonComparison comparison;
  private final List<Measure> measures = new ArrayList<>();

  /**
   * @param schema of draft 2020-12, without references to other files
   */
  public JsonMetric(String name, Optional<Schema> schema, JsonOptions options) {
    this.name = name;
    this.schema = schema;
    this.comparison = new JsonComparison(options);
    measures.add(
        Measure.share(
            name + ".right",
            "Share of answers that, parsed strictly, equal the expected value"
                + how(options)
                + "."));
    measures.add(
        Measure.share(
            name + ".strict",
            "Share of answers that are one JSON value and nothing else (RFC 8259, no duplicate"
                + " keys)."));
    measures.add(
        Measure.share(
            name + ".unfenced",
            "Share of answers that are one JSON value once a Markdown fence around the whole answer"
                + " is taken away."));
    if (schema.isPresent()) {
      measures.add(
          Measure.share(
              name + ".schema",
              "Share of answers that, parsed strictly, fulfil the JSON Schema (draft 2020-12)."));
    }
    measures.add(
        Measure.counts(
            name + ".fields",
            "A field is a value that is no object or list, at its place; it is right where the"
                + " label has the same value there"
                + how(options)
                + ". Answers that are no JSON, with or without a fence, have no field."));
  }

  private static String how(JsonOptions options) {
    StringBuilder text = new StringBuilder();
    if (!options.unordered().isEmpty()) {
      text.append("; order does not matter in the lists ").append(options.unordered());
    }
    options
        .tolerance()
        .forEach((field, most) ->
            text.append("; ").append(field).append(" may differ by ").append(most));
    options
        .dates()
        .forEach((field, most) ->
            text.append("; ").append(field).append(" may differ by ").append(most));
    return text.toString();
  }

  /**
   * Reads a schema.
   *
   * @throws KedgeException if it is none
   */
  public static Schema schema(Path file) throws IOException {
    try {
      JsonNode node = JsonText.STRICT.readTree(Files.readString(file));
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(node);
    } catch (JacksonException e) {
      throw KedgeException.invalid(file + ": not a JSON Schema: " + e.getOriginalMessage());
    }
  }

  @Override
  public List<Measure> measures() {
    return List.copyOf(measures);
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    Optional<JsonNode> strict = reply.answered() ? JsonText.parse(reply.text()) : Optional.empty();
    Optional<JsonNode> found = strict;
    if (found.isEmpty() && reply.answered()) {
      found = JsonText.parse(Texts.unfenced(reply.text()));
    }
    scores.put(name + ".strict", strict.isPresent());
    scores.put(name + ".unfenced", found.isPresent());
    if (schema.isPresent()) scores.put(name + ".schema", fulfils(strict, schema.get(), scores));
    if (question.expected().isNull()) return;
    boolean right = strict.isPresent() && comparison.same(question.expected(), strict.get());
    scores.put(name + ".right", right);
    comparison
        .counts(question.expected(), found)
        .forEach((field, count) -> scores.add(name + ".fields", field, count));
  }

  private boolean fulfils(Optional<JsonNode> value, Schema checker, Scores scores) {
    if (value.isEmpty()) return false;
    var errors = checker.validate(value.get());
    if (errors.isEmpty()) return true;
    var first = errors.getFirst();
    scores.note(name + ".schema", first.getInstanceLocation() + ": " + first.getMessage());
    return false;
  }
}
