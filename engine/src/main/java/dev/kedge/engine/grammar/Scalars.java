package dev.kedge.engine.grammar;

import dev.kedge.engine.weights.FormatException;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Strings and numbers as schemas describe them. */
final class Scalars {
  private static final int[] EVERY_CHARACTER = {0, 0xD7FF, 0xE000, Character.MAX_CODE_POINT};

  private Scalars() {}

  static Node string(List<Schema> schemas, Work work) {
    int least = 0;
    int most = -1;
    @Nullable Dfa content = null;
    for (Schema schema : schemas) {
      if (schema.has("minLength")) least = Math.max(least, schema.count("minLength"));
      if (schema.has("maxLength")) most = smaller(most, schema.count("maxLength"));
      if (schema.has("pattern")) {
        content = and(content, expression(schema, "pattern", PatternParser::search, work), work);
      }
      if (schema.has("format")) {
        content = and(content, expression(schema, "format", Formats::named, work), work);
      }
    }
    if (content == null) return new Text(least, most);
    if (least > 0 || most >= 0) {
      Regex length = new Regex.Repeat(new Regex.Symbols(EVERY_CHARACTER), least, most);
      content = content.and(Regex.compile(length, work), work);
    }
    return new Node.Leaf(JsonStrings.quoted(content, work));
  }

  private static int smaller(int limit, int other) {
    return limit < 0 ? other : Math.min(limit, other);
  }

  private static Dfa and(@Nullable Dfa one, Dfa other, Work work) {
    return one == null ? other : one.and(other, work);
  }

  private static Dfa expression(
      Schema schema, String keyword, Function<String, Regex> reader, Work work) {
    try {
      return Regex.compile(reader.apply(schema.string(keyword)), work);
    } catch (FormatException e) {
      throw schema.refuse(keyword, "cannot be held to: " + e.getMessage());
    }
  }

  static Node integer(List<Schema> schemas, Work work) {
    return numbers(schemas, bounds -> Numbers.integers(bounds, work));
  }

  static Node number(List<Schema> schemas, Work work) {
    return numbers(schemas, bounds -> Numbers.decimals(bounds, work));
  }

  private static Node numbers(List<Schema> schemas, Function<Numbers.Bounds, Dfa> maker) {
    @Nullable Schema speaker = null;
    Numbers.Bounds bounds = Numbers.Bounds.NONE;
    for (Schema schema : schemas) {
      Numbers.Bounds before = bounds;
      bounds = bounds(bounds, schema);
      if (!before.equals(bounds)) speaker = schema;
    }
    try {
      return new Node.Leaf(maker.apply(bounds));
    } catch (FormatException e) {
      if (speaker == null) throw e;
      throw new FormatException(
          -1, "the numbers at %s cannot be held to: %s".formatted(speaker.path(), e.getMessage()));
    }
  }

  private static Numbers.Bounds bounds(Numbers.Bounds bounds, Schema schema) {
    Numbers.Bounds all = bounds;
    if (schema.has("minimum")) all = all.withLeast(schema.number("minimum"), false);
    if (schema.has("exclusiveMinimum"))
      all = all.withLeast(schema.number("exclusiveMinimum"), true);
    if (schema.has("maximum")) all = all.withMost(schema.number("maximum"), false);
    if (schema.has("exclusiveMaximum")) all = all.withMost(schema.number("exclusiveMaximum"), true);
    if (!schema.has("multipleOf")) return all;
    BigDecimal divisor = schema.number("multipleOf");
    if (divisor.signum() <= 0) throw schema.refuse("multipleOf", "must be above 0");
    if (all.multipleOf() != null && all.multipleOf().compareTo(divisor) != 0) {
      throw schema.refuse("multipleOf", "stands beside another one");
    }
    return all.withMultipleOf(divisor);
  }
}
