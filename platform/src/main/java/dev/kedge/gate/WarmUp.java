package dev.kedge.gate;

import dev.kedge.base.KedgeException;
import dev.kedge.config.GateSection;
import dev.kedge.eval.run.RunCase;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * Cases that limits of time leave out, because one of the models was cold: code not yet compiled,
 * weights not yet in memory, connections not yet made. A case is left out for both models where it
 * was among the first calls of any run, so that both are judged by the same cases.
 *
 * @param calls of each run that count as first
 * @param cases in all
 * @param cold places of the cases that are left out
 */
record WarmUp(int calls, int cases, BitSet cold) {
  /**
   * What two models' runs leave out.
   *
   * @throws KedgeException if a limit of time is left with no case
   */
  static WarmUp of(GateSection.LimitRules limits, RunSet current, RunSet candidate) {
    int cases = current.cases().size();
    int calls = limits.warmUpOf(cases);
    BitSet cold = new BitSet(cases);
    for (RunSet side : List.of(current, candidate)) {
      for (List<RunCase> run : side.attempts()) {
        for (int place = 0; place < cases; place++) {
          if (first(run.get(place), place, calls)) cold.set(place);
        }
      }
    }
    if (limits.timed() && cold.cardinality() == cases) {
      throw KedgeException.invalid(
          "gate: all "
              + cases
              + " cases are among the first "
              + calls
              + " calls of a run, so that none is left for limits of time; make limits.warm_up"
              + " smaller or add cases");
    }
    return new WarmUp(calls, cases, cold);
  }

  /* Cases are asked in their order: where an older version did not count, the place has to do. */
  private static boolean first(RunCase one, int place, int calls) {
    OptionalInt nth = one.reply().nth();
    return nth.isPresent() ? nth.getAsInt() <= calls : place < calls;
  }

  /** Whether the case at a place counts for limits of time. */
  boolean warm(int place) {
    return !cold.get(place);
  }

  /** In words. */
  String sentence() {
    if (calls == 0) return "Limits of time count every call, the first ones of a cold model too.";
    return "Limits of time leave out the first "
        + calls
        + " calls of each run, for both models alike: "
        + cold.cardinality()
        + " of "
        + cases
        + " cases.";
  }
}
