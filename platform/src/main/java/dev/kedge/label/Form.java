package dev.kedge.label;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** What a label looks like. */
public sealed interface Form {
  int LONGEST_TEXT = 1 << 16;
  int LARGEST_SCHEMA = 1 << 18;
  int MOST_NAMED = 12;

  /** As in files: {@code class}, {@code json}, {@code text}, {@code sql}. */
  String kind();

  /** What is wrong with a label, for who gave it; empty if nothing is. */
  Optional<String> problem(JsonNode label);

  /** What a model said, as a label of this form where it can be read as one. */
  default JsonNode suggested(JsonNode said) {
    if (!said.isString()) return said;
    String text = said.stringValue().strip();
    return switch (this) {
      case Structured _ -> JsonText.parse(text).orElse(said);
      case Choice _, Text _, Sql _ -> StringNode.valueOf(text);
    };
  }

  /** Two labels are the same answer exactly if their keys are equal. */
  String key(JsonNode label);

  /**
   * One of several classes; the label is its name.
   *
   * @param classes two or more, in the order in which people see them
   */
  record Choice(List<String> classes) implements Form {
    public Choice {
      classes = List.copyOf(classes);
      if (classes.size() < 2) throw KedgeException.invalid("a choice needs two or more classes");
      if (new HashSet<>(classes).size() < classes.size()) {
        throw KedgeException.invalid("a class stands twice in the choice");
      }
      if (classes.stream().anyMatch(String::isBlank)) {
        throw KedgeException.invalid("a class has no name");
      }
    }

    @Override
    public String kind() {
      return "class";
    }

    @Override
    public Optional<String> problem(JsonNode label) {
      if (label.isString() && classes.contains(label.stringValue())) return Optional.empty();
      String named = String.join(", ", classes.stream().limit(MOST_NAMED).toList());
      String more = classes.size() > MOST_NAMED ? " and " + (classes.size() - MOST_NAMED) : "";
      return Optional.of(
          "expected one of the classes: " + named + (more.isEmpty() ? "" : more + " more"));
    }

    @Override
    public String key(JsonNode label) {
      return label.asString();
    }
  }

  /**
   * A JSON value.
   *
   * @param schema a JSON Schema of draft 2020-12 that refers to no other file; empty allows any
   *     value
   */
  record Structured(String schema) implements Form {
    public Structured {
      if (schema.length() > LARGEST_SCHEMA) throw KedgeException.invalid("the schema is too large");
      if (!schema.isBlank()) compiled(schema);
    }

    private static Schema compiled(String schema) {
      try {
        JsonNode node = JsonText.STRICT.readTree(schema);
        if (!node.isObject()) throw KedgeException.invalid("the schema is not a JSON object");
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(node);
      } catch (JacksonException e) {
        throw KedgeException.invalid("not a JSON Schema: " + e.getOriginalMessage());
      }
    }

    @Override
    public String kind() {
      return "json";
    }

    @Override
    public Optional<String> problem(JsonNode label) {
      if (label.isMissingNode() || label.toString().length() > LONGEST_TEXT) {
        return Optional.of("expected a JSON value of at most 65,536 characters");
      }
      if (schema.isBlank()) return Optional.empty();
      List<Error> errors = compiled(schema).validate(label);
      return errors.stream()
          .max(Comparator.comparingInt(Structured::telling))
          .map(error -> (error.getInstanceLocation() + ": " + error.getMessage()).strip());
    }

    /* Where no alternative fits, what went wrong deepest inside says most; that none fits, least. */
    private static int telling(Error error) {
      int depth = error.getInstanceLocation().getNameCount();
      return switch (error.getKeyword()) {
        case "oneOf", "anyOf", "allOf" -> 3 * depth - 6;
        case "const", "additionalProperties" -> 3 * depth - 4;
        default -> 3 * depth;
      };
    }

    @Override
    public String key(JsonNode label) {
      return JsonText.canonical(label);
    }
  }

  /**
   * Free text.
   *
   * @param rubric what a good answer has and lacks, for those who label
   */
  record Text(String rubric) implements Form {
    @Override
    public String kind() {
      return "text";
    }

    @Override
    public Optional<String> problem(JsonNode label) {
      return filled(label);
    }

    @Override
    public String key(JsonNode label) {
      return label.asString().strip().replaceAll("\\s+", " ");
    }
  }

  /**
   * One query in SQL; what it gives back is compared at scoring, its spelling here.
   *
   * @param tables the statements that make the tables, for those who label
   */
  record Sql(String tables) implements Form {
    @Override
    public String kind() {
      return "sql";
    }

    @Override
    public Optional<String> problem(JsonNode label) {
      Optional<String> empty = filled(label);
      if (empty.isPresent()) return empty;
      String start = key(label).toLowerCase(Locale.ROOT);
      boolean reads = start.matches("(select|with|values)\\b.*");
      return reads ? Optional.empty() : Optional.of("expected a query: SELECT, WITH or VALUES");
    }

    @Override
    public String key(JsonNode label) {
      return label.asString().strip().replaceAll("\\s+", " ").replaceAll("[ ;]+$", "");
    }
  }

  private static Optional<String> filled(JsonNode label) {
    boolean good =
        label.isString()
            && !label.stringValue().isBlank()
            && label.stringValue().length() <= LONGEST_TEXT;
    return good ? Optional.empty() : Optional.of("expected a text of 1 to 65,536 characters");
  }

  /** This form as JSON, read by {@link #of}. */
  default ObjectNode toJson() {
    ObjectNode node = JsonText.STRICT.createObjectNode().put("type", kind());
    switch (this) {
      case Choice choice -> choice.classes().forEach(node.putArray("classes")::add);
      case Structured structured -> node.put("schema", structured.schema());
      case Text text -> node.put("rubric", text.rubric());
      case Sql sql -> node.put("tables", sql.tables());
    }
    return node;
  }

  /**
   * Reads a form: {@code {"type": "class", "classes": [...]}}, {@code {"type": "json", "schema":
   * text}}, {@code {"type": "text", "rubric": text}}, {@code {"type": "sql", "tables": text}}.
   *
   * @throws KedgeException if it is none
   */
  static Form of(JsonNode node) {
    return switch (node.path("type").asString("")) {
      case "class" ->
          new Choice(
              node.path("classes").values().stream().map(name -> name.asString("")).toList());
      case "json" -> {
        JsonNode schema = node.path("schema");
        boolean none = schema.isMissingNode() || schema.isNull();
        yield new Structured(none ? "" : schema.isString() ? schema.asString() : schema.toString());
      }
      case "text" -> new Text(node.path("rubric").asString(""));
      case "sql" -> new Sql(node.path("tables").asString(""));
      default ->
          throw KedgeException.invalid(
              "expected \"type\": \"class\", \"json\", \"text\" or \"sql\"");
    };
  }
}
