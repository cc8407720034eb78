package dev.kedge.drift;

import dev.kedge.config.GateSection;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.gate.Finding;
import dev.kedge.gate.Outcome;
import dev.kedge.gate.RunSet;
import dev.kedge.gate.TextChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The drift report as part of a gate. It tells and never fails: only the task's rules decide, and
 * of the words those on protected phrases.
 */
public final class GateWording implements TextChanges {
  private static final int EXAMPLES = 20;

  private final Drift drift = new Drift();

  @Override
  public Report of(GateSection rules, RunSet current, RunSet candidate) {
    DriftInput input = input(current, candidate);
    DriftReport report = drift.report(input);
    DriftPage page = new DriftPage(report, input);
    String verdict =
        switch (report.verdict()) {
          case IDENTICAL -> "identical";
          case NOTHING_SHOWN -> "nothing changed beyond chance";
          case CHANGED -> "changed: to be read, no rule is broken by it";
        };
    Finding finding =
        new Finding(
            "wording",
            Finding.Kind.DRIFT,
            Outcome.PASS,
            verdict,
            report.summary(),
            Optional.empty());
    return new Report(List.of(finding), page.section(EXAMPLES), Optional.of(page.data()));
  }

  private static DriftInput input(RunSet current, RunSet candidate) {
    List<DriftCase> cases = new ArrayList<>();
    for (int i = 0; i < current.cases().size(); i++) {
      RunCase one = current.cases().get(i);
      cases.add(
          new DriftCase(
              one.id(),
              one.input(),
              one.cluster(),
              one.tags(),
              said(current, i),
              said(candidate, i)));
    }
    boolean exact = isExact(current.manifest()) && isExact(candidate.manifest());
    boolean measured = current.attempts().size() > 1;
    Repeats repeats = exact ? Repeats.EXACT : measured ? Repeats.MEASURED : Repeats.UNKNOWN;
    return new DriftInput(
        current.manifest().model().label(),
        candidate.manifest().model().label(),
        repeats,
        cases,
        List.of());
  }

  /* The gate has checked that the file answers alike again; at a temperature chance has a part. */
  private static boolean isExact(RunManifest run) {
    return run.model().kind().equals("file") && "0.0".equals(run.settings().get("temperature"));
  }

  private static List<Said> said(RunSet runs, int place) {
    return runs.attempts().stream()
        .map(run -> run.get(place).reply())
        .map(reply -> new Said(reply.text(), reply.completionTokens()))
        .toList();
  }
}
