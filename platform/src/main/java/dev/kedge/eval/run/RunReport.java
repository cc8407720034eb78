package dev.kedge.eval.run;

import dev.kedge.eval.Rate;
import dev.kedge.eval.score.Measure;
import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page of one run: every figure with interval, n and definition, then the worst cases. */
final class RunReport {
  private static final int LONGEST_TEXT = 2_000;
  private static final String ENDINGS =
      "Endings: .precision, share of answered items that are right; .recall, share of expected"
          + " items that were answered right; .f1, the harmonic mean of both, over all items of all"
          + " cases (micro average); .f1.macro, the mean of the F1 of all classes that a label"
          + " names; .f1.micro, F1 over all cases together; .none, share of answers that name no"
          + " known class; .p50 and .p90, at or below which are so many per cent of the answered"
          + " cases; n counts cases.";

  private final RunManifest run;
  private final Tallies tallies;

  RunReport(RunManifest run, Tallies tallies) {
    this.run = run;
    this.tallies = tallies;
  }

  String html() {
    List<Html> parts = new ArrayList<>();
    parts.add(Html.element("h1", "Evaluation of " + run.task()));
    parts.add(head());
    for (String note : run.notes()) parts.add(Html.element("p.verdict.mid", note));
    parts.add(Html.section("figures", "Figures"));
    parts.add(Html.element("p.soft", "Intervals are at 95 %."));
    parts.add(figures());
    for (RunTables.ClassTable table : run.tables().classes())
      parts.add(new ClassPage(table).html());
    parts.add(fields());
    parts.add(slices());
    parts.add(worst());
    parts.add(settings());
    return Html.page("Evaluation of " + run.task(), parts.toArray(Html[]::new));
  }

  private Html head() {
    return Html.all(
        Html.element("p", run.model().label()),
        Html.element(
            "p.soft.small",
            "Data: "
                + run.dataset().name()
                + ", "
                + run.dataset().cases()
                + " cases, sha256 "
                + run.dataset().sha256()
                + ". Model digest "
                + run.model().digest()
                + ". Run "
                + run.id()
                + ", "
                + run.asked()
                + " calls made, "
                + run.reused()
                + " answers reused"
                + (run.failed() == 0 ? "" : ", " + run.failed() + " cases without an answer")
                + "."));
  }

  private Html figures() {
    List<List<String>> rows = new ArrayList<>();
    for (Figure figure : run.figures()) {
      rows.add(
          List.of(
              figure.name(),
              number(figure, figure.value()),
              number(figure, figure.low()) + " to " + number(figure, figure.high()),
              Long.toString(figure.n()),
              figure.interval()));
    }
    List<List<String>> definitions = new ArrayList<>();
    for (Measure measure : run.measures()) {
      definitions.add(List.of(measure.name(), measure.definition()));
    }
    return Html.all(
        Html.table(List.of("figure", "value", "95 % interval", "n", "interval by"), rows),
        Html.element("h3", "Definitions"),
        Html.table(List.of("measure", "definition"), definitions),
        Html.element("p.soft", ENDINGS));
  }

  /** A figure's number in its unit: shares in percent, F1 with three digits. */
  static String number(Figure figure, double value) {
    if (figure.unit().isEmpty() && !figure.name().contains(".f1")) {
      return String.format(Locale.ROOT, "%.1f %%", 100 * value);
    }
    if (figure.unit().isEmpty()) return String.format(Locale.ROOT, "%.3f", value);
    return String.format(Locale.ROOT, value < 10 ? "%.3g %s" : "%.0f %s", value, figure.unit());
  }

  private Html fields() {
    if (run.tables().fields().isEmpty()) return Html.EMPTY;
    List<List<String>> rows = new ArrayList<>();
    for (RunTables.FieldRow row : run.tables().fields()) {
      rows.add(
          List.of(
              row.measure(),
              row.field().isEmpty() ? "(whole value)" : row.field(),
              new Rate(row.right(), row.answered()).toString(),
              new Rate(row.right(), row.expected()).toString()));
    }
    return Html.all(
        Html.section("fields", "By field"),
        Html.table(List.of("measure", "field", "precision", "recall"), rows));
  }

  private Html slices() {
    if (run.tables().slices().isEmpty()) return Html.EMPTY;
    List<List<String>> rows = new ArrayList<>();
    for (RunTables.Slice slice : run.tables().slices()) {
      rows.add(
          List.of(slice.measure(), slice.tag(), new Rate(slice.successes(), slice.n()).toString()));
    }
    return Html.element(
        "details",
        Html.element("summary", "By tag"),
        Html.table(List.of("measure", "tag", "share"), rows));
  }

  private Html worst() {
    List<RunCase> worst = tallies.worst();
    List<Html> parts = new ArrayList<>();
    parts.add(Html.section("worst", "Worst cases"));
    parts.add(
        Html.element(
            "p.soft",
            worst.isEmpty()
                ? "None is wrong."
                : worst.size()
                    + " cases, worst by the first measure first; all are in cases.jsonl."));
    for (RunCase one : worst) parts.add(oneCase(one));
    return Html.all(parts);
  }

  private static Html oneCase(RunCase one) {
    List<Html> parts = new ArrayList<>();
    String tags = one.tags().isEmpty() ? "" : " · " + String.join(", ", one.tags());
    parts.add(Html.element("summary", one.id() + tags + " · " + shortened(one.input(), 90)));
    parts.add(Html.element("pre", shortened(one.input(), LONGEST_TEXT)));
    if (!one.expected().isNull()) {
      parts.add(Html.element("p.soft", "expected"));
      String label =
          one.expected().isString() ? one.expected().asString() : one.expected().toString();
      parts.add(Html.element("pre", shortened(label, LONGEST_TEXT)));
    }
    parts.add(Html.element("p.soft", one.reply().answered() ? "answered" : "no answer"));
    String text = one.reply().answered() ? one.reply().text() : one.reply().error();
    parts.add(Html.element("pre", shortened(text, LONGEST_TEXT)));
    for (Map.Entry<String, String> note : one.notes().entrySet()) {
      parts.add(Html.element("p.small", note.getKey() + ": " + note.getValue()));
    }
    return Html.element("details", Html.all(parts));
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }

  private Html settings() {
    List<List<String>> rows =
        run.settings().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> List.of(entry.getKey(), entry.getValue()))
            .toList();
    return Html.element(
        "details",
        Html.element("summary", "Settings, sha256 " + run.settingsSha256()),
        Html.table(List.of("setting", "value"), rows));
  }
}
