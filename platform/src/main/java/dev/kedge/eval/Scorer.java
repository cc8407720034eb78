package dev.kedge.eval;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kedge.base.KedgeException;
import dev.kedge.config.TaskFile;
import dev.kedge.config.TaskFile.AnswerFormat;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Judges one answer against its label. Thread-safe. */
public final class Scorer {
  private final AnswerFormat format;
  private final Optional<Schema> schema;

  private Scorer(AnswerFormat format, Optional<Schema> schema) {
    this.format = format;
    this.schema = schema;
  }

  /** As a task says; its schema is looked for in {@code folder}. */
  public static Scorer of(TaskFile task, Path folder) throws IOException {
    if (task.answer() == AnswerFormat.TEXT) return text();
    return task.schema().isEmpty() ? json() : json(folder.resolve(task.schema().get()));
  }

  /** Compares as text, without white space at both ends. */
  public static Scorer text() {
    return new Scorer(AnswerFormat.TEXT, Optional.empty());
  }

  /** Compares as JSON values. */
  public static Scorer json() {
    return new Scorer(AnswerFormat.JSON, Optional.empty());
  }

  /**
   * Compares as JSON values and checks answers against a schema of draft 2020-12. References to
   * other files are refused.
   */
  public static Scorer json(Path schemaFile) throws IOException {
    String source = Files.readString(schemaFile);
    try {
      JsonNode node = JsonText.STRICT.readTree(source);
      SchemaRegistry registry =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
      return new Scorer(AnswerFormat.JSON, Optional.of(registry.getSchema(node)));
    } catch (JacksonException e) {
      throw KedgeException.invalid(schemaFile + ": not a JSON Schema: " + e.getOriginalMessage());
    }
  }

  /**
   * Checks that every label fulfils the schema itself: a wrong label must not be counted against a
   * model.
   */
  public void checkLabels(Dataset dataset) {
    for (Example example : dataset.examples()) {
      problem(example.expected())
          .ifPresent(problem -> {
            throw KedgeException.invalid(
                dataset.name()
                    + ": the label of '"
                    + example.id()
                    + "' breaks the schema: "
                    + problem);
          });
    }
  }

  /** The judgement on one answer. */
  public CaseResult score(Example example, Answer answer) {
    return format == AnswerFormat.TEXT ? scoreText(example, answer) : scoreJson(example, answer);
  }

  private static CaseResult scoreText(Example example, Answer answer) {
    boolean exact =
        answer.error().isEmpty() && answer.text().strip().equals(example.expectedText().strip());
    return new CaseResult(example, answer, exact, true, true, answer.error(), Map.of());
  }

  private CaseResult scoreJson(Example example, Answer answer) {
    Optional<JsonNode> found =
        answer.error().isEmpty() ? JsonText.parse(answer.text()) : Optional.empty();
    if (found.isEmpty()) {
      String problem = answer.error().isEmpty() ? "not JSON" : answer.error();
      return new CaseResult(
          example,
          answer,
          false,
          false,
          false,
          problem,
          counts(example.expected(), Optional.empty()));
    }
    Optional<String> problem = problem(found.get());
    boolean exact = JsonText.canonical(found.get()).equals(JsonText.canonical(example.expected()));
    return new CaseResult(
        example,
        answer,
        exact,
        true,
        problem.isEmpty(),
        problem.orElse(""),
        counts(example.expected(), found));
  }

  private Optional<String> problem(JsonNode value) {
    return schema.flatMap(checker -> {
      List<Error> errors = checker.validate(value);
      return errors.stream()
          .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
          .findFirst();
    });
  }

  private static Map<String, FieldCount> counts(JsonNode expected, Optional<JsonNode> found) {
    Map<String, FieldCount> counts = new HashMap<>();
    Set<JsonText.Leaf> labels = new HashSet<>(JsonText.leaves(expected));
    for (JsonText.Leaf leaf : labels)
      counts.merge(leaf.field(), new FieldCount(0, 0, 1), FieldCount::plus);
    for (JsonText.Leaf leaf : found.map(JsonText::leaves).orElse(List.of())) {
      long right = labels.contains(leaf) ? 1 : 0;
      counts.merge(leaf.field(), new FieldCount(right, 1, 0), FieldCount::plus);
    }
    return counts;
  }
}
