package dev.kedge.console;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * A JSON value as the fields of a form, by its schema. A field's name is the path of its place:
 * {@code v/queries/0/find}. An empty field is an absent value; what cannot be said so (an empty
 * text, an unknown key) is written as JSON text instead, see {@link #holds}.
 */
final class JsonForm {
  /** The name of the field of the whole value. */
  static final String ROOT = "v";

  static final int MOST_ROWS = 100;

  private final JsonNode schema;

  JsonForm(JsonNode schema) {
    this.schema = schema;
  }

  /** The schema. */
  JsonNode schema() {
    return schema;
  }

  /** The shapes of places, for one rendering or reading. */
  SchemaShapes shapes() {
    return new SchemaShapes(schema);
  }

  /** The field of a key or row. */
  static String step(String path, String key) {
    return path + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  /** The field that says how many rows a list has. */
  static String rowsOf(String path) {
    return "rows:" + path;
  }

  /** A value as it stands in a field. */
  static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  /** Whether a form can show and give back a value as it is. */
  boolean holds(JsonNode value) {
    try {
      return read(fields(value)).filter(value::equals).isPresent();
    } catch (KedgeException | SchemaShapes.TooLarge e) {
      return false;
    }
  }

  /**
   * The fields of a value.
   *
   * @throws SchemaShapes.TooLarge for schemas beyond all forms
   */
  Map<String, String> fields(JsonNode value) {
    Map<String, String> fields = new LinkedHashMap<>();
    write(shapes(), schema, ROOT, value, fields, 0);
    return fields;
  }

  private void write(
      SchemaShapes shapes,
      JsonNode schema,
      String path,
      JsonNode value,
      Map<String, String> fields,
      int depth) {
    // First what may steer the shapes of the rest.
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!entry.getValue().isContainer()) {
        fields.put(step(path, entry.getKey()), text(entry.getValue()));
      }
    }
    switch (shapes.shape(schema, path, fields, depth)) {
      case Shape.Members members -> {
        for (Shape.Member member : members.members()) {
          JsonNode inner = value.path(member.name());
          if (inner.isMissingNode()) continue;
          write(shapes, member.schema(), step(path, member.name()), inner, fields, depth + 1);
        }
      }
      case Shape.Rows rows -> {
        fields.put(rowsOf(path), Integer.toString(value.size()));
        for (int i = 0; i < value.size(); i++) {
          String row = step(path, Integer.toString(i));
          write(shapes, rows.items(), row, value.path(i), fields, depth + 1);
        }
      }
      case Shape.Variant variant -> variant(shapes, schema, variant, path, value, fields, depth);
      case Shape.Anything _ -> fields.put(path, JsonText.STRICT.writeValueAsString(value));
      case Shape.Fixed _ -> fields.put(path, "on");
      case Shape.Line _, Shape.Numeric _, Shape.Truth _ ->
          fields.put(path, value.isNull() ? "" : text(value));
      case Shape.OneOf _ -> fields.put(path, text(value));
    }
  }

  /** Takes the first alternative that gives the value back. */
  private void variant(
      SchemaShapes shapes,
      JsonNode schema,
      Shape.Variant variant,
      String path,
      JsonNode value,
      Map<String, String> fields,
      int depth) {
    for (int i = 0; i < variant.names().size(); i++) {
      fields.put(SchemaShapes.kindOf(path), Integer.toString(i));
      Shape shape = shapes.shape(schema, path, fields, depth);
      if (!(shape instanceof Shape.Variant chosen)) return;
      Map<String, String> tried = new LinkedHashMap<>(fields);
      write(shapes, chosen.schema(), path, value, tried, depth + 1);
      JsonNode back = read(shapes, chosen.schema(), path, tried, true, depth + 1);
      if (value.equals(back)) {
        fields.putAll(tried);
        return;
      }
    }
    fields.put(SchemaShapes.kindOf(path), "0");
  }

  /**
   * The value that the fields make, or nothing where all are empty.
   *
   * @throws KedgeException Invalid where JSON text is none
   */
  Optional<JsonNode> read(Map<String, String> fields) {
    return Optional.ofNullable(read(shapes(), schema, ROOT, fields, true, 0));
  }

  private @Nullable JsonNode read(
      SchemaShapes shapes,
      JsonNode schema,
      String path,
      Map<String, String> fields,
      boolean required,
      int depth) {
    String text = fields.getOrDefault(path, "");
    Shape shape = shapes.shape(schema, path, fields, depth);
    return switch (shape) {
      case Shape.Members members -> members(shapes, members, path, fields, required, depth);
      case Shape.Rows rows -> rows(shapes, rows, path, fields, required, depth);
      case Shape.Variant variant -> {
        // Which kind was chosen says that there is something, however little is in it.
        boolean none = fields.getOrDefault(SchemaShapes.kindOf(path), "").isEmpty();
        yield none && !required
            ? null
            : read(shapes, variant.schema(), path, fields, true, depth + 1);
      }
      case Shape.Anything _ -> text.isBlank() ? null : json(text, path);
      case Shape.Fixed fixed -> required || !text.isEmpty() ? fixed.value() : null;
      case Shape.OneOf one ->
          text.isEmpty()
              ? null
              : one.values().stream()
                  .filter(value -> text(value).equals(text))
                  .findFirst()
                  .orElseGet(() -> StringNode.valueOf(text));
      case Shape.Line(boolean nullable) ->
          text.isEmpty() ? nothing(nullable && required) : StringNode.valueOf(text);
      case Shape.Numeric(boolean nullable) ->
          text.isBlank() ? nothing(nullable && required) : number(text.strip());
      case Shape.Truth(boolean nullable) ->
          text.isEmpty() ? nothing(nullable && required) : BooleanNode.valueOf(text.equals("true"));
    };
  }

  private static @Nullable JsonNode nothing(boolean isNull) {
    return isNull ? NullNode.getInstance() : null;
  }

  private @Nullable JsonNode members(
      SchemaShapes shapes,
      Shape.Members shape,
      String path,
      Map<String, String> fields,
      boolean required,
      int depth) {
    ObjectNode object = JsonText.STRICT.createObjectNode();
    boolean filled = false;
    for (Shape.Member member : shape.members()) {
      String inner = step(path, member.name());
      JsonNode value = read(shapes, member.schema(), inner, fields, member.required(), depth + 1);
      if (value == null) continue;
      object.set(member.name(), value);
      // A value that cannot be otherwise says nothing about whether the object is there.
      filled |= !shapes.isFixed(member.schema());
    }
    return filled || required ? object : null;
  }

  private @Nullable JsonNode rows(
      SchemaShapes shapes,
      Shape.Rows shape,
      String path,
      Map<String, String> fields,
      boolean required,
      int depth) {
    ArrayNode list = JsonText.STRICT.createArrayNode();
    int count = count(fields, path, shape.least());
    for (int i = 0; i < count; i++) {
      String row = step(path, Integer.toString(i));
      JsonNode value = read(shapes, shape.items(), row, fields, false, depth + 1);
      if (value != null) list.add(value);
    }
    return list.isEmpty() && !required ? null : list;
  }

  /** How many rows a list has in the form. */
  static int count(Map<String, String> fields, String path, int least) {
    String given = fields.getOrDefault(rowsOf(path), "");
    return given.matches("[0-9]{1,4}") ? Math.min(MOST_ROWS, Integer.parseInt(given)) : least;
  }

  private static JsonNode json(String text, String path) {
    return JsonText.parse(text)
        .orElseThrow(() ->
            KedgeException.invalid("not valid JSON: " + (path.equals(ROOT) ? "the value" : path)));
  }

  /** What is no number stays a text, about which the schema then complains. */
  private static JsonNode number(String text) {
    return JsonText.parse(text)
        .filter(JsonNode::isNumber)
        .orElseGet(() -> StringNode.valueOf(text));
  }

  /** One more row in a list. */
  static void addRow(Map<String, String> fields, String path, int least) {
    int count = count(fields, path, least);
    fields.put(rowsOf(path), Integer.toString(Math.min(MOST_ROWS, count + 1)));
  }

  /** A list without one of its rows; those behind it move up. */
  static void cutRow(Map<String, String> fields, String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0 || !path.substring(slash + 1).matches("[0-9]{1,4}")) return;
    String list = path.substring(0, slash);
    int cut = Integer.parseInt(path.substring(slash + 1));
    int count = count(fields, list, 0);
    Map<String, String> moved = new LinkedHashMap<>();
    fields.forEach((name, value) -> moved.put(shifted(name, list, cut), value));
    moved.remove("");
    moved.put(rowsOf(list), Integer.toString(Math.max(0, count - 1)));
    fields.clear();
    fields.putAll(moved);
  }

  private static String shifted(String name, String list, int cut) {
    int colon = name.indexOf(':');
    String start = name.substring(0, colon + 1);
    String path = name.substring(colon + 1);
    if (!path.startsWith(list + "/")) return name;
    String rest = path.substring(list.length() + 1);
    int end = rest.indexOf('/');
    String number = end < 0 ? rest : rest.substring(0, end);
    if (!number.matches("[0-9]{1,4}")) return name;
    int row = Integer.parseInt(number);
    if (row == cut) return "";
    if (row < cut) return name;
    return start + list + "/" + (row - 1) + (end < 0 ? "" : rest.substring(end));
  }
}
