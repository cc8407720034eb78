package dev.kedge.eval.holdout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what a step drops, by reason, with the first few examples of each. */
final class Drops {
  private static final int SHOWN = 5;

  private final Map<String, Tally> reasons = new LinkedHashMap<>();

  private static final class Tally {
    long count;
    final List<HoldoutReport.Dropped> some = new ArrayList<>();
  }

  void add(String reason, String place, String text, String because) {
    Tally tally = reasons.computeIfAbsent(reason, _ -> new Tally());
    tally.count++;
    if (tally.some.size() < SHOWN) tally.some.add(HoldoutReport.Dropped.of(place, text, because));
  }

  long count() {
    return reasons.values().stream().mapToLong(tally -> tally.count).sum();
  }

  /** The step, given how many came in. */
  HoldoutReport.Step step(String name, long in) {
    List<HoldoutReport.Reason> all = new ArrayList<>();
    reasons.forEach((reason, tally) ->
        all.add(new HoldoutReport.Reason(reason, tally.count, List.copyOf(tally.some))));
    return new HoldoutReport.Step(name, in, in - count(), all);
  }
}
