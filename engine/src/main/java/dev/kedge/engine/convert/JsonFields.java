package dev.kedge.engine.convert;

import dev.kedge.engine.weights.FormatException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object of a file; errors name file and key.
 *
 * @param where the file, for messages
 */
record JsonFields(String where, Map<?, ?> members) {
  /** The object at a key; empty where it is absent or null. */
  Optional<JsonFields> object(String key) {
    Object value = members.get(key);
    if (value == null) return Optional.empty();
    if (value instanceof Map<?, ?> map) return Optional.of(new JsonFields(where + ", " + key, map));
    throw wrong(key, value, "an object");
  }

  /** The array at a key; empty where it is absent or null. */
  Optional<List<?>> array(String key) {
    Object value = members.get(key);
    if (value == null) return Optional.empty();
    if (value instanceof List<?> list) return Optional.of(list);
    throw wrong(key, value, "an array");
  }

  Optional<String> text(String key) {
    Object value = members.get(key);
    if (value == null) return Optional.empty();
    if (value instanceof String text) return Optional.of(text);
    throw wrong(key, value, "a string");
  }

  Optional<Boolean> flag(String key) {
    Object value = members.get(key);
    if (value == null) return Optional.empty();
    if (value instanceof Boolean flag) return Optional.of(flag);
    throw wrong(key, value, "true or false");
  }

  Optional<Double> number(String key) {
    Object value = members.get(key);
    if (value == null) return Optional.empty();
    if (value instanceof BigDecimal number) return Optional.of(number.doubleValue());
    throw wrong(key, value, "a number");
  }

  /** A whole number from 0 to 2³¹ − 1. */
  Optional<Integer> whole(String key) {
    Object value = members.get(key);
    if (value == null) return Optional.empty();
    return Optional.of(
        whole(value).orElseThrow(() -> wrong(key, value, "a whole number from 0 to 2147483647")));
  }

  int requireWhole(String key) {
    return whole(key).orElseThrow(() -> new FormatException(-1, where + " has no '" + key + "'"));
  }

  /** The value, if it is a whole number from 0 to 2³¹ − 1. */
  static Optional<Integer> whole(@Nullable Object value) {
    if (!(value instanceof BigDecimal number) || number.signum() < 0) return Optional.empty();
    if (number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) return Optional.empty();
    boolean fraction = number.stripTrailingZeros().scale() > 0;
    return fraction ? Optional.empty() : Optional.of(number.intValue());
  }

  private FormatException wrong(String key, Object found, String expected) {
    String text = found instanceof String string ? "\"" + string + "\"" : String.valueOf(found);
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return new FormatException(
        -1, where + ": '" + key + "' is " + shown + "; " + expected + " was expected");
  }
}
