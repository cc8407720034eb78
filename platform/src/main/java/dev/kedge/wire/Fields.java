package dev.kedge.wire;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Typed access to the fields of one JSON object. A field that is absent or null is not there; a
 * field of the wrong type or range is a {@link Failure.Invalid} that names it.
 *
 * @param object a JSON object
 * @param path in front of its field names in messages, e.g. {@code messages[2].}
 */
public record Fields(JsonNode object, String path) {
  /** The fields of a value that must be an object. */
  public static Fields of(JsonNode node, String path) {
    String name = path.isEmpty() ? "the body" : path.substring(0, path.length() - 1);
    if (!node.isObject()) throw wrongType(name, "an object", node);
    return new Fields(node, path);
  }

  /** The value of a field, or null where it is absent or null. */
  public @Nullable JsonNode find(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /** Whether a field is there. */
  public boolean has(String name) {
    return find(name) != null;
  }

  /** The value of a field that must be there. */
  public JsonNode required(String name) {
    JsonNode node = find(name);
    if (node == null) {
      throw refuse(path + name, "missing_required_parameter", "'" + path + name + "' is required");
    }
    return node;
  }

  public String requiredText(String name) {
    return text(path + name, required(name));
  }

  /** A text of at least one character that must be there. */
  public String requiredName(String name) {
    String text = requiredText(name);
    if (text.isEmpty()) throw outOfRange(path + name, "not empty");
    return text;
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(find(name)).map(node -> text(path + name, node));
  }

  public boolean flag(String name, boolean absent) {
    JsonNode node = find(name);
    if (node == null) return absent;
    if (!node.isBoolean()) throw wrongType(path + name, "true or false", node);
    return node.booleanValue();
  }

  /** An integer from min to max, both included. */
  public OptionalInt integer(String name, int min, int max) {
    JsonNode node = find(name);
    if (node == null) return OptionalInt.empty();
    return OptionalInt.of(integer(path + name, node, min, max));
  }

  public OptionalLong longInteger(String name) {
    JsonNode node = find(name);
    if (node == null) return OptionalLong.empty();
    if (!node.isIntegralNumber()) throw wrongType(path + name, "an integer", node);
    if (!node.canConvertToLong()) throw outOfRange(path + name, "an integer of 64 bits");
    return OptionalLong.of(node.longValue());
  }

  /** A number from min to max, both included. */
  public OptionalDouble number(String name, double min, double max) {
    JsonNode node = find(name);
    if (node == null) return OptionalDouble.empty();
    if (!node.isNumber()) throw wrongType(path + name, "a number", node);
    double value = node.asDouble(Double.NaN);
    if (!(value >= min && value <= max)) {
      throw outOfRange(path + name, "from " + plain(min) + " to " + plain(max));
    }
    return OptionalDouble.of(value);
  }

  /** A number above 0, at most max. */
  public OptionalDouble positive(String name, double max) {
    OptionalDouble value = number(name, 0, max);
    if (value.isPresent() && value.getAsDouble() <= 0) {
      throw outOfRange(path + name, "above 0 and at most " + plain(max));
    }
    return value;
  }

  float number(String name, double min, double max, float absent) {
    return (float) number(name, min, max).orElse(absent);
  }

  /** The fields of an object; empty where it is absent. */
  public Optional<Fields> within(String name) {
    return Optional.ofNullable(find(name)).map(node -> of(node, path + name + "."));
  }

  /** The elements of an array, at most max; empty where it is absent. */
  public List<JsonNode> items(String name, int max) {
    JsonNode node = find(name);
    if (node == null) return List.of();
    if (!node.isArray()) throw wrongType(path + name, "an array", node);
    if (node.size() > max) throw outOfRange(path + name, "an array of at most " + max);
    return List.copyOf(node.values());
  }

  /** The elements of an array, each of which must be an object. */
  public List<Fields> objects(String name, int max) {
    List<JsonNode> nodes = items(name, max);
    List<Fields> objects = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      objects.add(of(nodes.get(i), path + name + "[" + i + "]."));
    }
    return objects;
  }

  /** One text or a list of texts. */
  public List<String> texts(String name, int max) {
    JsonNode node = find(name);
    if (node == null) return List.of();
    if (node.isString()) return List.of(node.stringValue());
    if (!node.isArray()) throw wrongType(path + name, "a string or an array of strings", node);
    if (node.size() > max) {
      throw outOfRange(path + name, "an array of at most " + max + " strings");
    }
    List<String> texts = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) texts.add(text(path + name + "[" + i + "]", node.get(i)));
    return texts;
  }

  public static String text(String name, JsonNode node) {
    if (!node.isString()) throw wrongType(name, "a string", node);
    return node.stringValue();
  }

  public static int integer(String name, JsonNode node, int min, int max) {
    if (!node.isIntegralNumber()) throw wrongType(name, "an integer", node);
    if (!node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
      throw outOfRange(
          name, max == Integer.MAX_VALUE ? min + " or more" : "from " + min + " to " + max);
    }
    return node.intValue();
  }

  /** The error for a value of the wrong type. */
  public static KedgeException wrongType(String name, String expected, JsonNode found) {
    return refuse(
        name,
        "invalid_type",
        (name.startsWith("the ") ? name : "'" + name + "'")
            + " must be "
            + expected
            + ", not "
            + describe(found));
  }

  /** The error for a value that is not what it must be. */
  public static KedgeException outOfRange(String name, String expected) {
    return refuse(name, "invalid_value", "'" + name + "' must be " + expected);
  }

  /** The error for what would change the answer and is not honoured. */
  public static KedgeException unsupported(String name, String remedy) {
    return refuse(name, "unsupported_parameter", "'" + name + "' is not supported here: " + remedy);
  }

  /** An error that names a field. */
  public static KedgeException refuse(String name, String code, String message) {
    String parameter = name.startsWith("the ") ? "" : name;
    return new KedgeException(new Failure.Invalid(message, code, parameter));
  }

  /** A value from outside, short enough for a message. */
  public static String shorten(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case BOOLEAN -> "a boolean";
      case NUMBER -> "a number";
      case STRING, BINARY -> "a string";
      case NULL, MISSING -> "null";
    };
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
