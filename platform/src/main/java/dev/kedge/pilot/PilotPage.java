package dev.kedge.pilot;

import dev.kedge.cost.CostComparison;
import dev.kedge.cost.CostReport;
import dev.kedge.cost.Range;
import dev.kedge.eval.Rate;
import dev.kedge.eval.Summary;
import dev.kedge.eval.stats.Interval;
import dev.kedge.load.LoadReport;
import dev.kedge.report.Html;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A pilot for people: the decision first, then what it rests on. */
record PilotPage(PilotResult result) {
  private static final int SHOWN_RIGHT = 5;

  String html() {
    String name = result.task().name();
    return Html.page(
        "Pilot " + name,
        Html.element("h1", "Pilot: " + name),
        Html.element("p", result.task().description()),
        Html.element(
            "p.soft.small",
            result.date().atOffset(ZoneOffset.UTC).toLocalDate() + ", Kedge " + result.version()),
        verdict(),
        tiles(),
        reasons(),
        tested(),
        accuracy(),
        answers(),
        load(),
        Html.section("cost", "Cost"),
        new CostReport(result.cost()).body(),
        new PilotNotes(result).method(),
        Html.section("repeat", "Repeat this pilot"),
        Html.element("pre", result.command()),
        Html.element("p.soft.small", "report.json beside this file holds every figure."));
  }

  private Html verdict() {
    String style =
        switch (result.decision()) {
          case Decision.ScaleUp _ -> "good";
          case Decision.Stay _ -> "mid";
          case Decision.ScaleBack _ -> "bad";
        };
    return Html.element(
        "div.verdict." + style,
        Html.element("strong", result.decision().title()),
        Html.text(result.decision().summary()));
  }

  private Html tiles() {
    Summary summary = result.quantizedRun().summary();
    CostComparison cost = result.cost();
    String unit = " " + cost.currency();
    return Html.element(
        "div.tiles",
        rate("exactly right, 4-bit", summary.exact()),
        rate("valid answers, 4-bit", summary.schema()),
        tile(
            String.format(Locale.ROOT, "%.0f ms", result.load().total().p90()),
            "90 % of answers complete within, at "
                + Range.amount(result.load().plan().rate())
                + " requests/s"),
        tile(
            String.format(Locale.ROOT, "%.1f /s", result.measured().answersPerSecond()),
            String.format(
                Locale.ROOT,
                "answers on this machine when busy, %.0f tokens/s",
                result.measured().answersPerSecond() * result.measured().completionTokens())),
        tile(
            Range.amount(cost.own().value()) + unit,
            "own cost per month ("
                + Range.amount(cost.own().low())
                + " to "
                + Range.amount(cost.own().high())
                + "); API "
                + cost.api().text("")),
        tile(
            cost.breakEven().map(range -> Range.amount(range.value())).orElse("none"),
            "break-even, requests per month"
                + cost.breakEven()
                    .map(r -> " (" + Range.amount(r.low()) + " to " + Range.amount(r.high()) + ")")
                    .orElse("")));
  }

  private static Html rate(String what, Rate rate) {
    Interval interval = rate.interval();
    return tile(
        String.format(Locale.ROOT, "%.1f %%", 100 * rate.value()),
        String.format(
            Locale.ROOT,
            "%s; 95 %% interval %.1f to %.1f %%, n = %d",
            what,
            100 * interval.low(),
            100 * interval.high(),
            rate.n()));
  }

  private static Html tile(String figure, String what) {
    return Html.element("div.tile", Html.element("b", figure), Html.element("span", what));
  }

  private Html reasons() {
    List<Html> rows = new ArrayList<>();
    for (Finding finding : result.decision().findings()) rows.add(row(finding));
    String[] head = {"target", "asked", "measured", "95 % interval", "n", "outcome"};
    List<Html> cells = new ArrayList<>();
    for (String cell : head) cells.add(Html.element("th", cell));
    return Html.all(
        Html.section("reasons", "Why"),
        Html.element(
            "div.scroll",
            Html.element(
                "table",
                Html.element("thead", Html.element("tr", Html.all(cells))),
                Html.element("tbody", Html.all(rows)))),
        Html.element("p", new CostReport(result.cost()).sentence()),
        Html.element("p", PilotNotes.comparison(result)));
  }

  private static Html row(Finding finding) {
    Interval interval = finding.measured().interval();
    String style =
        switch (finding.outcome()) {
          case MET -> "ok";
          case UNDECIDED -> "mid";
          case MISSED -> "no";
        };
    String remark = finding.remark().isEmpty() ? "" : " (" + finding.remark() + ")";
    return Html.element(
        "tr",
        Html.element("td", finding.what() + remark),
        Html.element("td.number", "at least " + percent(finding.target())),
        Html.element("td.number", percent(finding.measured().value())),
        Html.element("td.number", percent(interval.low()) + " to " + percent(interval.high())),
        Html.element("td.number", String.valueOf(finding.measured().n())),
        Html.element("td." + style, PilotNotes.outcome(finding)));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private Html tested() {
    Machine machine = result.machine();
    ModelFacts model = result.original();
    ModelFacts small = result.quantized();
    String checked =
        result.digestChecked() ? "as the task names it" : "recorded; not the task's model";
    return Html.all(
        Html.section("tested", "What was tested"),
        Html.table(
            List.of("", ""),
            List.of(
                List.of(
                    "model",
                    model.file()
                        + ", "
                        + model.architecture()
                        + ", "
                        + Range.amount(model.parameters() / 1e6)
                        + " million weights"),
                List.of("as given", described(model) + " (" + checked + ")"),
                List.of("in 4 bit", described(small)),
                List.of(
                    "labelled cases",
                    result.quantizedRun().dataset().examples().size()
                        + " in "
                        + result.quantizedRun().dataset().name()
                        + ", sha256 "
                        + result.quantizedRun().dataset().sha256()),
                List.of(
                    "machine",
                    machine.cpu()
                        + ", "
                        + machine.cores()
                        + " cores used, "
                        + Math.round(machine.memoryBytes() / 1e9)
                        + " GB, "
                        + machine.system()),
                List.of("computed with", result.arithmetic() + "; " + machine.jvm()))));
  }

  private static String described(ModelFacts model) {
    return String.format(
        Locale.ROOT,
        "%s, %.1f MB, sha256 %s",
        model.weights(),
        model.bytes() / 1e6,
        model.sha256());
  }

  private Html accuracy() {
    return Html.all(
        Html.section("accuracy", "Accuracy"),
        result.evaluation().accuracy(result.task().targets().exactMatch()),
        Html.element("p", result.evaluation().sentence(result.comparison())),
        result.evaluation().slices());
  }

  private Html answers() {
    return Html.all(
        Html.section("answers", "Answers"),
        Html.element("h3", "The first " + SHOWN_RIGHT + " right answers of the 4-bit model"),
        result.evaluation().rightAnswers(SHOWN_RIGHT),
        Html.element("h3", "Every wrong answer"),
        result.evaluation().wrongAnswers());
  }

  private Html load() {
    return Html.all(
        Html.section("load", "Under load"),
        Html.element(
            "p",
            "The 4-bit model, asked the labelled cases' questions in turn, whether earlier ones"
                + " were answered or not."),
        new LoadReport(result.load()).body());
  }
}
