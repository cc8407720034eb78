package dev.kedge.console;

import dev.kedge.eval.FieldCount;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.run.RunCases;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.score.ClassPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Which cases of a run one wants to see, a page of them.
 *
 * @param measure whose value says what is wrong; empty for none
 * @param only {@code wrong}, {@code right}, {@code failed} or empty for all
 * @param tag that a case must have; empty for any
 * @param text that input or answer must contain, in any case; empty for any
 * @param page from 1
 */
record RunCaseFilter(String measure, String only, String tag, String text, int page) {
  static final int PAGE = 50;
  private static final int MOST_TAGS = 200;

  /** A case with its place in the run, from 1. */
  record Numbered(long number, RunCase value) {}

  /**
   * What was found.
   *
   * @param cases of this page
   * @param matching how many match in all
   * @param tags of all cases, with how many have them
   */
  record Found(List<Numbered> cases, long matching, Map<String, Integer> tags) {
    long pages() {
      return Math.max(1, (matching + PAGE - 1) / PAGE);
    }
  }

  static RunCaseFilter of(Fields query, String fallbackMeasure) {
    return new RunCaseFilter(
        query.given("measure").orElse(fallbackMeasure),
        query.text("only"),
        query.text("tag"),
        query.text("text"),
        query.number("page", 1, 1, 1_000_000));
  }

  /** Reads the run from its beginning; only one page is kept. */
  Found read(RunFolder folder) {
    List<Numbered> cases = new ArrayList<>();
    Map<String, Integer> tags = new TreeMap<>();
    long number = 0;
    long matching = 0;
    try (RunCases all = folder.cases()) {
      for (Optional<RunCase> next = all.next(); next.isPresent(); next = all.next()) {
        number++;
        RunCase one = next.get();
        for (String each : one.tags()) {
          if (tags.size() < MOST_TAGS || tags.containsKey(each)) tags.merge(each, 1, Integer::sum);
        }
        if (!matches(one)) continue;
        matching++;
        if ((matching - 1) / PAGE == page - 1) cases.add(new Numbered(number, one));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Found(cases, matching, tags);
  }

  private boolean matches(RunCase one) {
    if (!tag.isEmpty() && !one.tags().contains(tag)) return false;
    boolean kept =
        switch (only) {
          case "failed" -> !one.reply().answered();
          case "wrong" -> score(one, measure).orElse(1) < 1;
          case "right" -> score(one, measure).orElse(0) >= 1;
          default -> true;
        };
    if (!kept || text.isEmpty()) return kept;
    String wanted = text.toLowerCase(Locale.ROOT);
    return one.input().toLowerCase(Locale.ROOT).contains(wanted)
        || one.reply().text().toLowerCase(Locale.ROOT).contains(wanted);
  }

  /** One case's value of a measure: 1 is right for shares and classes; for counts it is F1. */
  static OptionalDouble score(RunCase one, String measure) {
    Double value = one.metrics().get(measure);
    if (value != null) return OptionalDouble.of(value);
    ClassPair pair = one.classes().get(measure);
    if (pair != null) return OptionalDouble.of(pair.right() ? 1 : 0);
    Map<String, FieldCount> counts = one.counts().get(measure);
    if (counts == null) return OptionalDouble.empty();
    FieldCount sum = counts.values().stream().reduce(FieldCount.NONE, FieldCount::plus);
    boolean nothing = sum.answered() + sum.expected() == 0;
    return OptionalDouble.of(nothing ? 1 : sum.f1());
  }

  /** The filter as a query, for a page of it. */
  Map<String, String> query(long number) {
    Map<String, String> query = new TreeMap<>();
    query.put("measure", measure);
    query.put("only", only);
    query.put("tag", tag);
    query.put("text", text);
    query.put("page", number == 1 ? "" : Long.toString(number));
    return query;
  }
}
