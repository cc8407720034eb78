package dev.kedge.pilot;

import dev.kedge.cost.CostReport;
import dev.kedge.load.LoadReport;
import dev.kedge.report.Html;

/** A pilot for people. */
record PilotPage(PilotResult result) {
  String html() {
    return Html.page(
        "Pilot " + result.task().name(),
        Html.element("h1", "Pilot " + result.task().name()),
        Html.element("p", result.decision().title() + ": " + result.decision().summary()),
        result.evaluation().body(),
        new LoadReport(result.load()).body(),
        new CostReport(result.cost()).body());
  }
}
