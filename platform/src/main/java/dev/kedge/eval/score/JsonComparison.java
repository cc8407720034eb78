package dev.kedge.eval.score;

import dev.kedge.eval.FieldCount;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Compares two JSON values leaf by leaf. A leaf is a value that is no object or list, or an empty
 * one. Elements of lists are paired by position; in lists whose order does not matter equal
 * elements are paired first, then those that agree in most leaves. Thread-safe.
 */
final class JsonComparison {
  private static final int LONGEST_PAIRED = 64;
  private static final double NO_DIFFERENCE = 0;

  private final JsonOptions options;

  JsonComparison(JsonOptions options) {
    this.options = options;
  }

  /** Right, answered and expected leaves by field. */
  Map<String, FieldCount> counts(JsonNode expected, Optional<JsonNode> found) {
    Map<String, FieldCount> counts = new TreeMap<>();
    if (found.isPresent()) both(expected, found.get(), "", counts);
    else alone(expected, "", new FieldCount(0, 0, 1), counts);
    return counts;
  }

  /** Whether both are the same under the options. */
  boolean same(JsonNode expected, JsonNode found) {
    Map<String, FieldCount> counts = counts(expected, Optional.of(found));
    return counts.values().stream()
        .allMatch(c -> c.right() == c.answered() && c.right() == c.expected());
  }

  private void both(JsonNode a, JsonNode b, String field, Map<String, FieldCount> counts) {
    if (a.isObject() && b.isObject() && !a.isEmpty() && !b.isEmpty()) {
      a.forEachEntry((key, value) -> {
        JsonNode other = b.get(key);
        if (other == null) alone(value, under(field, key), new FieldCount(0, 0, 1), counts);
        else both(value, other, under(field, key), counts);
      });
      b.forEachEntry((key, value) -> {
        if (!a.has(key)) alone(value, under(field, key), new FieldCount(0, 1, 0), counts);
      });
    } else if (a.isArray() && b.isArray() && !a.isEmpty() && !b.isEmpty()) {
      lists(elements(a), elements(b), field, counts);
    } else if (leaf(a) && leaf(b)) {
      add(counts, field, new FieldCount(equal(a, b, field) ? 1 : 0, 1, 1));
    } else {
      alone(a, field, new FieldCount(0, 0, 1), counts);
      alone(b, field, new FieldCount(0, 1, 0), counts);
    }
  }

  private static String under(String field, String key) {
    return field.isEmpty() ? key : field + "." + key;
  }

  private static List<JsonNode> elements(JsonNode list) {
    return new ArrayList<>(list.values());
  }

  private static boolean leaf(JsonNode node) {
    return !(node.isObject() || node.isArray()) || node.isEmpty();
  }

  private static void alone(
      JsonNode node, String field, FieldCount one, Map<String, FieldCount> counts) {
    if (leaf(node)) {
      add(counts, field, one);
    } else if (node.isObject()) {
      node.forEachEntry((key, value) -> alone(value, under(field, key), one, counts));
    } else {
      node.values().forEach(value -> alone(value, field, one, counts));
    }
  }

  private static void add(Map<String, FieldCount> counts, String field, FieldCount one) {
    counts.merge(field, one, FieldCount::plus);
  }

  private void lists(
      List<JsonNode> a, List<JsonNode> b, String field, Map<String, FieldCount> counts) {
    if (options.orderFree(field)) pair(a, b, field, counts);
    int shared = Math.min(a.size(), b.size());
    for (int i = 0; i < shared; i++) both(a.get(i), b.get(i), field, counts);
    a.subList(shared, a.size())
        .forEach(rest -> alone(rest, field, new FieldCount(0, 0, 1), counts));
    b.subList(shared, b.size())
        .forEach(rest -> alone(rest, field, new FieldCount(0, 1, 0), counts));
  }

  private record Pair(int left, int right, double agreement) {}

  /* Takes what can be paired out of both lists and counts it; the rest stays, in order. */
  private void pair(
      List<JsonNode> a, List<JsonNode> b, String field, Map<String, FieldCount> counts) {
    // Equal ones at once by their spelling: that leaves few for the slow way.
    for (int i = a.size() - 1; i >= 0; i--) {
      String spelling = JsonText.canonical(a.get(i));
      for (int j = 0; j < b.size(); j++) {
        if (!spelling.equals(JsonText.canonical(b.get(j)))) continue;
        both(a.remove(i), b.remove(j), field, counts);
        break;
      }
    }
    if (a.size() > LONGEST_PAIRED || b.size() > LONGEST_PAIRED) return;
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      for (int j = 0; j < b.size(); j++)
        pairs.add(new Pair(i, j, agreement(a.get(i), b.get(j), field)));
    }
    pairs.sort(
        Comparator.comparingDouble(Pair::agreement)
            .reversed()
            .thenComparingInt(Pair::left)
            .thenComparingInt(Pair::right));
    boolean[] leftTaken = new boolean[a.size()];
    boolean[] rightTaken = new boolean[b.size()];
    for (Pair pair : pairs) {
      if (leftTaken[pair.left()] || rightTaken[pair.right()]) continue;
      leftTaken[pair.left()] = true;
      rightTaken[pair.right()] = true;
      both(a.get(pair.left()), b.get(pair.right()), field, counts);
    }
    keepOthers(a, leftTaken);
    keepOthers(b, rightTaken);
  }

  private static void keepOthers(List<JsonNode> list, boolean[] taken) {
    for (int i = list.size() - 1; i >= 0; i--) if (taken[i]) list.remove(i);
  }

  private double agreement(JsonNode a, JsonNode b, String field) {
    Map<String, FieldCount> counts = new TreeMap<>();
    both(a, b, field, counts);
    return counts.values().stream().reduce(FieldCount.NONE, FieldCount::plus).f1();
  }

  private boolean equal(JsonNode a, JsonNode b, String field) {
    if (a.isNumber() && b.isNumber()) {
      double most = options.tolerance().getOrDefault(field, NO_DIFFERENCE);
      if (most > 0) return near(a.decimalValue(), b.decimalValue(), most);
    }
    Duration distance = options.dates().get(field);
    if (distance != null && a.isString() && b.isString()) {
      Optional<LocalDateTime> left = moment(a.asString());
      Optional<LocalDateTime> right = moment(b.asString());
      if (left.isPresent() && right.isPresent()) {
        return Duration.between(left.get(), right.get()).abs().compareTo(distance) <= 0;
      }
    }
    return JsonText.canonical(a).equals(JsonText.canonical(b));
  }

  private static boolean near(BigDecimal a, BigDecimal b, double most) {
    // Exponents of answers are hostile: 1e999999999 must not be written out.
    if (huge(a) || huge(b)) return a.compareTo(b) == 0;
    return a.subtract(b).abs().compareTo(BigDecimal.valueOf(most)) <= 0;
  }

  private static boolean huge(BigDecimal number) {
    return Math.abs((long) number.scale()) > 400;
  }

  /* A time with an offset is taken in UTC, one without as it stands, a day as its beginning. */
  private static Optional<LocalDateTime> moment(String text) {
    if (text.length() > 40) return Optional.empty();
    try {
      return Optional.of(
          OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
    } catch (DateTimeException e) {
      // Not that form.
    }
    try {
      return Optional.of(LocalDateTime.parse(text.replace(' ', 'T')));
    } catch (DateTimeException e) {
      // Nor that.
    }
    try {
      return Optional.of(LocalDate.parse(text).atStartOfDay());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
