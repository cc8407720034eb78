package dev.kedge.eval;

import dev.kedge.eval.stats.Interval;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The figures of a run.
 *
 * @param exact share of exactly right answers
 * @param json share of answers that are one JSON value
 * @param schema share of answers that also fulfil the schema
 * @param fields by field name
 * @param allFields over all fields (micro average)
 * @param exactByTag share of exactly right answers by tag
 * @param characters length of answers
 * @param completionTokens length of answers in tokens
 * @param promptTokens length of prompts in tokens
 * @param milliseconds time per answer
 * @param failedCalls calls without an answer
 */
public record Summary(
    Rate exact,
    Rate json,
    Rate schema,
    SortedMap<String, FieldCount> fields,
    FieldCount allFields,
    SortedMap<String, Rate> exactByTag,
    Spread characters,
    Spread completionTokens,
    Spread promptTokens,
    Spread milliseconds,
    long failedCalls) {

  static Summary of(List<CaseResult> cases) {
    TreeMap<String, FieldCount> fields = new TreeMap<>();
    TreeMap<String, Rate> tags = new TreeMap<>();
    for (CaseResult result : cases) {
      result.fields().forEach((field, count) -> fields.merge(field, count, FieldCount::plus));
      Rate one = new Rate(result.exact() ? 1 : 0, 1);
      for (String tag : result.example().tags()) {
        tags.merge(tag, one, (a, b) -> new Rate(a.successes() + b.successes(), a.n() + b.n()));
      }
    }
    FieldCount all = fields.values().stream().reduce(FieldCount.NONE, FieldCount::plus);
    return new Summary(
        rate(cases, CaseResult::exact),
        rate(cases, CaseResult::json),
        rate(cases, CaseResult::schema),
        fields,
        all,
        tags,
        Spread.of(cases.stream().mapToDouble(c -> c.answer().text().length())),
        Spread.of(cases.stream().mapToDouble(c -> c.answer().completionTokens())),
        Spread.of(cases.stream().mapToDouble(c -> c.answer().promptTokens())),
        Spread.of(cases.stream().mapToDouble(c -> c.answer().duration().toNanos() / 1e6)),
        cases.stream().filter(c -> !c.answer().error().isEmpty()).count());
  }

  private static Rate rate(List<CaseResult> cases, Predicate<CaseResult> good) {
    return new Rate(cases.stream().filter(good).count(), cases.size());
  }

  /** For machines: every rate with n and interval. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new java.util.LinkedHashMap<>();
    map.put("exactMatch", map(exact));
    map.put("validJson", map(json));
    map.put("validSchema", map(schema));
    map.put("fields", map(allFields));
    TreeMap<String, Object> byField = new TreeMap<>();
    fields.forEach((field, count) -> byField.put(field, map(count)));
    map.put("byField", byField);
    TreeMap<String, Object> byTag = new TreeMap<>();
    exactByTag.forEach((tag, rate) -> byTag.put(tag, map(rate)));
    map.put("exactMatchByTag", byTag);
    map.put("characters", characters);
    map.put("completionTokens", completionTokens);
    map.put("promptTokens", promptTokens);
    map.put("milliseconds", milliseconds);
    map.put("failedCalls", failedCalls);
    return map;
  }

  static Map<String, Object> map(Rate rate) {
    Interval interval = rate.interval();
    return new java.util.LinkedHashMap<>(
        java.util.Map.of(
            "value",
            rate.value(),
            "n",
            rate.n(),
            "successes",
            rate.successes(),
            "low",
            interval.low(),
            "high",
            interval.high()));
  }

  private static Map<String, Object> map(FieldCount count) {
    return new TreeMap<>(
        Map.of(
            "precision", map(count.precision()), "recall", map(count.recall()), "f1", count.f1()));
  }
}
