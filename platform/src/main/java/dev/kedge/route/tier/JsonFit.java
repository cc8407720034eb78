package dev.kedge.route.tier;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a text is JSON that fits a schema, in bounded time whatever the schema. Both come from
 * outside, so there is no look-up elsewhere and no regular expression.
 *
 * <p>Looked at: {@code type, enum, const, properties, required, additionalProperties, items,
 * prefixItems, minItems, maxItems, uniqueItems, minLength, maxLength, minimum, maximum,
 * exclusiveMinimum, exclusiveMaximum, anyOf, oneOf, allOf, not} and {@code $ref} within the
 * document. Other keywords hold nothing back.
 */
public final class JsonFit {
  private static final int MAX_DEPTH = 64;
  private static final int MOST_STEPS = 200_000;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonNode root;
  private int steps;

  private JsonFit(JsonNode root) {
    this.root = root;
  }

  /** Whether it does; false also where the schema cannot be read or takes too long. */
  public static boolean fits(String text, String schema) {
    try {
      JsonNode value = JSON.readTree(text);
      JsonNode wanted = JSON.readTree(schema);
      return !value.isMissingNode() && new JsonFit(wanted).fits(value, wanted, 0);
    } catch (JacksonException e) {
      return false;
    }
  }

  private boolean fits(JsonNode value, JsonNode schema, int depth) {
    if (++steps > MOST_STEPS || depth > MAX_DEPTH) return false;
    if (schema.isBoolean()) return schema.booleanValue();
    if (!schema.isObject()) return true;
    return fitsReference(value, schema, depth)
        && fitsType(value, schema.path("type"))
        && fitsValues(value, schema)
        && fitsCombinations(value, schema, depth)
        && (!value.isObject() || fitsObject(value, schema, depth))
        && (!value.isArray() || fitsArray(value, schema, depth))
        && (!value.isString() || fitsLength(value.asString(), schema))
        && (!value.isNumber() || fitsRange(value, schema));
  }

  private boolean fitsReference(JsonNode value, JsonNode schema, int depth) {
    JsonNode reference = schema.path("$ref");
    if (!reference.isString()) return true;
    String path = reference.asString();
    if (!path.equals("#") && !path.startsWith("#/")) return false;
    JsonNode target = root.at(path.substring(1));
    return !target.isMissingNode() && fits(value, target, depth + 1);
  }

  private static boolean fitsType(JsonNode value, JsonNode type) {
    if (type.isString()) return is(value, type.asString());
    if (!type.isArray()) return true;
    for (JsonNode one : type) if (one.isString() && is(value, one.asString())) return true;
    return false;
  }

  private static boolean is(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "number" -> value.isNumber();
      case "integer" ->
          value.isIntegralNumber()
              || (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue()));
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> false;
    };
  }

  private static boolean fitsValues(JsonNode value, JsonNode schema) {
    JsonNode constant = schema.path("const");
    if (!constant.isMissingNode() && !same(value, constant)) return false;
    JsonNode allowed = schema.path("enum");
    if (!allowed.isArray()) return true;
    for (JsonNode one : allowed) if (same(value, one)) return true;
    return false;
  }

  private static boolean same(JsonNode a, JsonNode b) {
    return (a.isNumber() && b.isNumber()) ? a.doubleValue() == b.doubleValue() : a.equals(b);
  }

  private boolean fitsCombinations(JsonNode value, JsonNode schema, int depth) {
    for (JsonNode one : schema.path("allOf")) if (!fits(value, one, depth + 1)) return false;
    JsonNode any = schema.path("anyOf");
    if (any.isArray() && matching(value, any, depth) == 0) return false;
    JsonNode one = schema.path("oneOf");
    if (one.isArray() && matching(value, one, depth) != 1) return false;
    JsonNode not = schema.path("not");
    return not.isMissingNode() || !fits(value, not, depth + 1);
  }

  private int matching(JsonNode value, JsonNode schemas, int depth) {
    int count = 0;
    for (JsonNode one : schemas) if (fits(value, one, depth + 1)) count++;
    return count;
  }

  private boolean fitsObject(JsonNode value, JsonNode schema, int depth) {
    for (JsonNode name : schema.path("required")) {
      if (name.isString() && !value.has(name.asString())) return false;
    }
    JsonNode known = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    for (var entry : value.properties()) {
      JsonNode wanted = known.path(entry.getKey());
      if (wanted.isMissingNode()) wanted = others;
      if (!wanted.isMissingNode() && !fits(entry.getValue(), wanted, depth + 1)) return false;
    }
    return true;
  }

  private boolean fitsArray(JsonNode value, JsonNode schema, int depth) {
    if (!within(value.size(), schema, "minItems", "maxItems")) return false;
    JsonNode first = schema.path("prefixItems");
    JsonNode items = schema.path("items");
    for (int i = 0; i < value.size(); i++) {
      JsonNode wanted = i < first.size() ? first.get(i) : items;
      if (!wanted.isMissingNode() && !fits(value.get(i), wanted, depth + 1)) return false;
    }
    if (!schema.path("uniqueItems").asBoolean(false)) return true;
    Set<JsonNode> seen = new HashSet<>();
    for (JsonNode item : value) if (!seen.add(item)) return false;
    return true;
  }

  private static boolean fitsLength(String text, JsonNode schema) {
    return within(text.codePointCount(0, text.length()), schema, "minLength", "maxLength");
  }

  private static boolean within(int size, JsonNode schema, String least, String most) {
    return size >= schema.path(least).asDouble(0)
        && size <= schema.path(most).asDouble(Double.MAX_VALUE);
  }

  private static boolean fitsRange(JsonNode value, JsonNode schema) {
    double number = value.doubleValue();
    return number >= schema.path("minimum").asDouble(-Double.MAX_VALUE)
        && number <= schema.path("maximum").asDouble(Double.MAX_VALUE)
        && !(number <= schema.path("exclusiveMinimum").asDouble(Double.NaN))
        && !(number >= schema.path("exclusiveMaximum").asDouble(Double.NaN));
  }
}
