package dev.kedge.drift;

import dev.kedge.eval.stats.FalseDiscovery;
import dev.kedge.eval.stats.McNemar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Tests what the survey counted and says it in words. */
final class TraitLines {
  /** Of the false discovery rate of 5 %, the part that traits have. */
  static final double LEVEL = 0.02;

  /* With fewer, all in one direction, p stays above the level: no test is made. */
  private static final int LEAST = 7;
  private static final String ANY = "other ";

  private final DriftInput input;
  private final Survey survey;
  private final Map<String, String> definitions;

  TraitLines(DriftInput input, Survey survey, Map<String, String> definitions) {
    this.input = input;
    this.survey = survey;
    this.definitions = definitions;
  }

  private record Row(String name, TraitCount count, boolean items, OptionalDouble p) {}

  List<DriftReport.TraitLine> lines() {
    List<Row> rows = rows();
    List<Double> ps = new ArrayList<>();
    for (Row row : rows) row.p().ifPresent(ps::add);
    List<Double> adjusted = FalseDiscovery.adjusted(ps);
    List<DriftReport.TraitLine> lines = new ArrayList<>();
    int at = 0;
    for (Row row : rows) {
      OptionalDouble level =
          row.p().isPresent() ? OptionalDouble.of(adjusted.get(at++)) : OptionalDouble.empty();
      lines.add(line(row, level));
    }
    lines.sort(
        Comparator.comparing(DriftReport.TraitLine::shown)
            .reversed()
            .thenComparingLong(line -> -(line.lost() + line.added()))
            .thenComparing(DriftReport.TraitLine::name));
    return lines;
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Map<String, TraitCount> all = new TreeMap<>(survey.traits());
    // What was looked for and never found is told too.
    for (String name : definitions.keySet()) all.computeIfAbsent(name, _ -> new TraitCount());
    all.forEach((name, count) -> rows.add(new Row(name, count, false, p(count))));
    survey
        .items()
        .forEach((name, count) -> {
          boolean known = input.repeats() == Repeats.EXACT || input.measured();
          rows.add(
              new Row(
                  ANY + name, count, true, known ? moreThanItself(count) : OptionalDouble.empty()));
        });
    return rows;
  }

  private static OptionalDouble p(TraitCount count) {
    return count.unitsLost + count.unitsAdded < LEAST
        ? OptionalDouble.empty()
        : OptionalDouble.of(McNemar.exact(count.unitsLost, count.unitsAdded));
  }

  /** Items have no direction; tested is whether they differ in more units than by themselves. */
  private static OptionalDouble moreThanItself(TraitCount count) {
    return p(count);
  }

  private DriftReport.TraitLine line(Row row, OptionalDouble adjusted) {
    TraitCount count = row.count();
    boolean direction = !row.items() || count.differing > count.ownDiffering;
    boolean shown = adjusted.isPresent() && adjusted.getAsDouble() <= LEVEL && direction;
    Optional<DriftReport.Own> own =
        input.measured()
            ? Optional.of(new DriftReport.Own(count.ownLost, count.ownAdded))
            : Optional.empty();
    return new DriftReport.TraitLine(
        row.name(),
        definition(row),
        count.before,
        count.after,
        count.lost,
        count.added,
        own,
        row.p(),
        adjusted,
        shown,
        count.examples(),
        row.items() ? itemSentence(row, own) : sentence(row, own));
  }

  private String definition(Row row) {
    if (row.items()) return "cases whose two answers do not have the same " + bare(row.name());
    if (row.name().startsWith(Detectors.LANGUAGE)) {
      return "by its small words, or its script; short answers have none";
    }
    if (row.name().startsWith(Detectors.KEY)) return "a key of the answer's JSON value";
    return definitions.getOrDefault(row.name(), "");
  }

  private static String bare(String name) {
    return name.substring(ANY.length());
  }

  private String sentence(Row row, Optional<DriftReport.Own> own) {
    TraitCount count = row.count();
    String text =
        "%s: in %d of %d answers before, in %d now (lost in %d, added in %d%s)"
            .formatted(
                row.name(),
                count.before,
                input.cases().size(),
                count.after,
                count.lost,
                count.added,
                ownText(own));
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  static String ownText(Optional<DriftReport.Own> own) {
    return own.map(o ->
            "; the old version against itself: lost in " + o.lost() + ", added in " + o.added())
        .orElse("");
  }

  private String itemSentence(Row row, Optional<DriftReport.Own> own) {
    TraitCount count = row.count();
    return "In %d of %d cases the answers do not have the same %s (some lost in %d, some new in %d%s)"
        .formatted(
            count.differing,
            input.cases().size(),
            bare(row.name()),
            count.lost,
            count.added,
            ownText(own));
  }
}
