package dev.kedge.engine.grammar;

import dev.kedge.engine.json.JsonParser;
import dev.kedge.engine.weights.FormatException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema object at its place in the whole schema, with typed access to its keywords.
 *
 * @param root the whole schema, for references
 * @param members the keywords
 * @param path JSON pointer with a '#' before it
 */
record Schema(@Nullable Object root, Map<?, ?> members, String path) {
  private static final int MAX_COUNT = 1 << 24;

  /** Reads a text into the schema at its root; {@code true} is the empty schema. */
  static Object parse(String text) {
    Object root = JsonParser.parse(text);
    if (root instanceof Map || root instanceof Boolean) return root;
    throw new FormatException(-1, "a schema must be an object");
  }

  /** Equal only if the same object: two places may hold the same keywords. */
  @SuppressWarnings("ReferenceEquality")
  boolean sameAs(Schema other) {
    return members == other.members;
  }

  boolean has(String keyword) {
    return members.containsKey(keyword);
  }

  @Nullable Object get(String keyword) {
    return members.get(keyword);
  }

  FormatException refuse(String keyword, String reason) {
    return new FormatException(
        -1, "the schema's keyword '%s' at %s %s".formatted(keyword, path, reason));
  }

  /** A schema below this one: null for {@code false}. */
  @Nullable Schema inside(@Nullable Object value, String keyword, String place) {
    if (value instanceof Map<?, ?> map) return new Schema(root, map, path + "/" + place);
    if (Boolean.TRUE.equals(value)) return new Schema(root, Map.of(), path + "/" + place);
    if (Boolean.FALSE.equals(value)) return null;
    throw refuse(keyword, "must hold a schema at " + place);
  }

  List<?> list(String keyword) {
    if (members.get(keyword) instanceof List<?> list) return list;
    throw refuse(keyword, "must be an array");
  }

  Map<?, ?> map(String keyword) {
    if (!has(keyword)) return Map.of();
    if (members.get(keyword) instanceof Map<?, ?> map) return map;
    throw refuse(keyword, "must be an object");
  }

  String string(String keyword) {
    if (members.get(keyword) instanceof String text) return text;
    throw refuse(keyword, "must be a string");
  }

  BigDecimal number(String keyword) {
    if (members.get(keyword) instanceof BigDecimal number) return number;
    throw refuse(keyword, "must be a number");
  }

  int count(String keyword) {
    BigDecimal number = number(keyword);
    boolean whole = number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    if (!whole || number.signum() < 0) throw refuse(keyword, "must be a whole number, 0 or more");
    return number.min(BigDecimal.valueOf(MAX_COUNT)).intValueExact();
  }

  /** What a reference within the schema points at: null for {@code false}. */
  @Nullable Schema target() {
    String reference = string("$ref");
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      throw refuse("$ref", "is '" + reference + "'; only references within the schema are known");
    }
    Object at = root;
    if (reference.length() > 1) {
      for (String step : reference.substring(2).split("/", -1)) at = step(at, unescaped(step));
    }
    Schema whole = new Schema(root, Map.of(), "");
    if (at instanceof Map || at instanceof Boolean) {
      Schema found = whole.inside(at, "$ref", "");
      return found == null ? null : new Schema(root, found.members, reference);
    }
    throw refuse("$ref", "points at '" + reference + "', where there is no schema");
  }

  private static @Nullable Object step(@Nullable Object at, String name) {
    if (at instanceof Map<?, ?> map) return map.get(name);
    if (at instanceof List<?> list && name.matches("[0-9]{1,6}")) {
      int index = Integer.parseInt(name);
      return index < list.size() ? list.get(index) : null;
    }
    return null;
  }

  private static String unescaped(String step) {
    String decoded = step;
    if (step.indexOf('%') >= 0) {
      try {
        decoded = java.net.URI.create("#" + step).getFragment();
      } catch (IllegalArgumentException e) {
        decoded = step;
      }
    }
    return decoded.replace("~1", "/").replace("~0", "~");
  }
}
