package dev.kedge.gate;

import dev.kedge.config.GateSection;
import dev.kedge.eval.run.RunManifest;
import java.util.ArrayList;
import java.util.List;

/** What a reader of a gate must know besides its rules. */
final class GateNotes {
  private GateNotes() {}

  static List<String> of(
      GateSection.LimitRules limits,
      RunSet current,
      RunSet candidate,
      ModelPrices prices,
      WarmUp warmUp) {
    List<String> notes = new ArrayList<>();
    for (RunSet side : List.of(current, candidate)) {
      for (RunManifest run : side.manifests()) {
        if (run.failed() > 0) notes.add(unanswered(run));
        run.notes().forEach(note -> notes.add(run.id() + ": " + note));
      }
    }
    if (limits.timed()) {
      notes.add(warmUp.sentence());
      notes.add(
          "Times were taken while the cases were asked, one model after the other, perhaps on"
              + " another day: whatever else the machine did counts in. They are no load test.");
    }
    if (limits.priced()) notes.add(prices.sentence());
    return notes;
  }

  private static String unanswered(RunManifest run) {
    return run.failed()
        + " of "
        + run.cases()
        + " cases have no answer from "
        + run.model().label()
        + " in run "
        + run.id()
        + "; they count as wrong";
  }
}
