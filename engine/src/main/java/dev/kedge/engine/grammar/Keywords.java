package dev.kedge.engine.grammar;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keywords of JSON Schema (draft 2020-12) that are known, and what each speaks about. */
final class Keywords {
  /** The kinds of values. */
  enum Kind {
    NULL,
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    ARRAY,
    OBJECT
  }

  /** They say nothing about values. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$comment",
          "title",
          "description",
          "default",
          "example",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "discriminator",
          "externalDocs");

  /** They join or hold other schemas. */
  private static final Set<String> STRUCTURE =
      Set.of("$ref", "$defs", "definitions", "allOf", "anyOf", "oneOf");

  private static final Map<String, Kind> OF_ONE_KIND =
      Map.ofEntries(
          Map.entry("minLength", Kind.STRING),
          Map.entry("maxLength", Kind.STRING),
          Map.entry("pattern", Kind.STRING),
          Map.entry("format", Kind.STRING),
          Map.entry("minimum", Kind.NUMBER),
          Map.entry("maximum", Kind.NUMBER),
          Map.entry("exclusiveMinimum", Kind.NUMBER),
          Map.entry("exclusiveMaximum", Kind.NUMBER),
          Map.entry("multipleOf", Kind.NUMBER),
          Map.entry("items", Kind.ARRAY),
          Map.entry("prefixItems", Kind.ARRAY),
          Map.entry("minItems", Kind.ARRAY),
          Map.entry("maxItems", Kind.ARRAY),
          Map.entry("properties", Kind.OBJECT),
          Map.entry("required", Kind.OBJECT),
          Map.entry("additionalProperties", Kind.OBJECT));

  private Keywords() {}

  /** Refuses what is not known; of the others gives the kinds of values that are spoken about. */
  static EnumSet<Kind> kinds(Schema schema) {
    EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (Object key : schema.members().keySet()) {
      String keyword = String.valueOf(key);
      Kind kind = OF_ONE_KIND.get(keyword);
      if (kind != null) kinds.add(kind);
      else if (!known(schema, keyword)) throw unknown(schema, keyword);
    }
    if (kinds.contains(Kind.NUMBER)) kinds.add(Kind.INTEGER);
    return kinds;
  }

  private static boolean known(Schema schema, String keyword) {
    return switch (keyword) {
      case "type", "enum", "const" -> true;
      // Where they ask for nothing, they are no reason to refuse.
      case "uniqueItems", "nullable" -> Boolean.FALSE.equals(schema.get(keyword));
      case "minProperties" -> schema.number(keyword).signum() == 0;
      case "$id" -> schema.path().equals("#");
      default ->
          ANNOTATIONS.contains(keyword) || STRUCTURE.contains(keyword) || keyword.startsWith("x-");
    };
  }

  private static RuntimeException unknown(Schema schema, String keyword) {
    String remedy =
        keyword.equals("nullable") ? "; write \"type\": [..., \"null\"]" : "; take it out";
    return schema.refuse(keyword, "is not supported" + remedy);
  }

  /** The kinds that the keyword {@code type} allows, if it is there. */
  static EnumSet<Kind> types(Schema schema) {
    if (!schema.has("type")) return EnumSet.allOf(Kind.class);
    EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
    Object value = schema.get("type");
    for (Object name : value instanceof List<?> list ? list : List.of(String.valueOf(value))) {
      switch (String.valueOf(name)) {
        case "null" -> kinds.add(Kind.NULL);
        case "boolean" -> kinds.add(Kind.BOOLEAN);
        case "integer" -> kinds.add(Kind.INTEGER);
        case "number" -> kinds.addAll(List.of(Kind.INTEGER, Kind.NUMBER));
        case "string" -> kinds.add(Kind.STRING);
        case "array" -> kinds.add(Kind.ARRAY);
        case "object" -> kinds.add(Kind.OBJECT);
        default -> throw schema.refuse("type", "names the unknown type '" + name + "'");
      }
    }
    return kinds;
  }

  /** The kind of a value; whole numbers are integers, however they are written. */
  static Kind kind(@Nullable Object value) {
    return switch (value) {
      case null -> Kind.NULL;
      case Boolean _ -> Kind.BOOLEAN;
      case BigDecimal number ->
          number.signum() == 0 || number.stripTrailingZeros().scale() <= 0
              ? Kind.INTEGER
              : Kind.NUMBER;
      case String _ -> Kind.STRING;
      case List<?> _ -> Kind.ARRAY;
      default -> Kind.OBJECT;
    };
  }
}
