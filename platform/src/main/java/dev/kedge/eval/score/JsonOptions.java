package dev.kedge.eval.score;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How JSON values are compared. Fields are paths without positions in lists, such as {@code
 * items.price}.
 *
 * @param unordered lists whose order does not matter; the empty text stands for the whole value,
 *     {@code *} for every list
 * @param tolerance of numbers by field: the largest difference that counts as equal
 * @param dates of dates and times by field: the largest distance that counts as equal
 */
public record JsonOptions(
    Set<String> unordered, Map<String, Double> tolerance, Map<String, Duration> dates) {
  /** Exact. */
  public static final JsonOptions EXACT = new JsonOptions(Set.of(), Map.of(), Map.of());

  public JsonOptions {
    unordered = Set.copyOf(unordered);
    tolerance = Map.copyOf(tolerance);
    dates = Map.copyOf(dates);
  }

  boolean orderFree(String field) {
    return unordered.contains("*") || unordered.contains(field);
  }
}
