package dev.kedge.wire;

import dev.kedge.base.KedgeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which fields an object may have so that nothing of it is lost. A field that is not named here is
 * refused unless it is null. Immutable once built.
 */
final class Shape {
  /** What is asked of a field's value. */
  private sealed interface Rule {
    /** Nothing: the records hold it, or it has no influence on the answer. */
    record Taken() implements Rule {}

    /** Only values that ask for nothing are taken; the remedy says what to do with others. */
    record Only(Predicate<JsonNode> harmless, String remedy) implements Rule {}

    /** The object, or each object of the array, has this shape; other values are taken. */
    record Each(Shape shape) implements Rule {}

    /** The same, where the shape depends on the field {@code type}. */
    record ByType(Map<String, Shape> shapes, String absent, String remedy) implements Rule {}
  }

  private static final String LEAVE_OUT = "nothing here would honour it; leave it out";

  private final Map<String, Rule> rules = new LinkedHashMap<>();

  static Shape taking(String... names) {
    return new Shape().taken(names);
  }

  Shape taken(String... names) {
    for (String name : names) rules.put(name, new Rule.Taken());
    return this;
  }

  Shape only(String name, Predicate<JsonNode> harmless, String remedy) {
    rules.put(name, new Rule.Only(harmless, remedy));
    return this;
  }

  Shape never(String remedy, String... names) {
    for (String name : names) only(name, _ -> false, remedy);
    return this;
  }

  Shape each(String name, Shape shape) {
    rules.put(name, new Rule.Each(shape));
    return this;
  }

  /**
   * @param absent the type of an object that names none
   * @param remedy for types that are not among the shapes
   */
  Shape byType(String name, Map<String, Shape> shapes, String absent, String remedy) {
    rules.put(name, new Rule.ByType(Map.copyOf(shapes), absent, remedy));
    return this;
  }

  /** Everything of the other shape too. */
  Shape with(Shape other) {
    rules.putAll(other.rules);
    return this;
  }

  /**
   * Refuses the first field that would be lost.
   *
   * @param path in front of the names of fields
   * @throws KedgeException Invalid, naming the field
   */
  void check(JsonNode object, String path) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) continue;
      String name = path + field.getKey();
      Rule rule = rules.get(field.getKey());
      switch (rule) {
        case null -> throw Fields.unsupported(Fields.shorten(name), LEAVE_OUT);
        case Rule.Taken _ -> {}
        case Rule.Only only -> {
          if (!only.harmless.test(value)) throw Fields.unsupported(name, only.remedy);
        }
        case Rule.Each each -> eachObject(value, name, each.shape::check);
        case Rule.ByType byType ->
            eachObject(value, name, (one, place) -> ofType(one, place, byType));
      }
    }
  }

  private interface Check {
    void check(JsonNode object, String path);
  }

  private static void eachObject(JsonNode value, String name, Check check) {
    if (value.isObject()) {
      check.check(value, name + ".");
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        JsonNode one = value.get(i);
        if (one.isObject()) check.check(one, name + "[" + i + "].");
      }
    }
  }

  private static void ofType(JsonNode object, String path, Rule.ByType rule) {
    String type = object.path("type").asString(rule.absent);
    @Nullable Shape shape = rule.shapes.get(type);
    if (shape == null) {
      throw Fields.unsupported(
          path + "type", "'" + Fields.shorten(type) + "' is not; " + rule.remedy);
    }
    shape.check(object, path);
  }

  static Predicate<JsonNode> isText(String... texts) {
    return node -> {
      for (String text : texts) if (node.isString() && node.stringValue().equals(text)) return true;
      return false;
    };
  }

  static boolean isEmpty(JsonNode node) {
    return node.isContainer() && node.isEmpty();
  }

  static boolean isFalse(JsonNode node) {
    return node.isBoolean() && !node.booleanValue();
  }
}
