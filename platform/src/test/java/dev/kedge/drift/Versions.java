package dev.kedge.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Answers of two versions made for a test. */
final class Versions {
  private Versions() {}

  static DriftInput of(
      int cases, Repeats repeats, IntFunction<String> before, IntFunction<String> after) {
    List<DriftCase> all = new ArrayList<>();
    for (int i = 0; i < cases; i++) {
      all.add(DriftCase.of("c" + i, before.apply(i), after.apply(i)));
    }
    return new DriftInput("old", "new", repeats, all, List.of());
  }

  static DriftReport report(int cases, IntFunction<String> before, IntFunction<String> after) {
    return new Drift().report(of(cases, Repeats.UNKNOWN, before, after));
  }

  static List<String> phrases(DriftReport report) {
    return report.phrases().stream().map(DriftReport.PhraseLine::text).toList();
  }

  static List<String> shown(DriftReport report) {
    return report.traits().stream()
        .filter(DriftReport.TraitLine::shown)
        .map(DriftReport.TraitLine::name)
        .toList();
  }
}
