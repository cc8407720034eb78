package dev.kedge.console;

import dev.kedge.eval.Rate;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunTables;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.List;

/** The figures of a run by tag, class and field, and which classes were taken for which. */
final class RunBreakdown {
  private static final int MOST = 100;

  private RunBreakdown() {}

  static Html html(RunManifest run) {
    RunTables tables = run.tables();
    List<Html> parts = new ArrayList<>();
    if (!tables.slices().isEmpty()) {
      parts.add(Html.element("h2", "By tag"));
      parts.add(slices(run, tables.slices()));
    }
    for (RunTables.ClassTable table : tables.classes()) {
      parts.add(Html.element("h2", "By class: " + table.measure()));
      parts.add(classes(table));
      if (!table.cells().isEmpty()) parts.add(confusion(table));
    }
    if (!tables.fields().isEmpty()) {
      parts.add(Html.element("h2", "By field"));
      parts.add(fields(tables.fields()));
    }
    return Html.all(parts);
  }

  private static Html slices(RunManifest run, List<RunTables.Slice> slices) {
    Widgets.Table table =
        new Widgets.Table("Shares by tag")
            .column("Tag")
            .column("Measure")
            .number("Share")
            .number("95 % interval")
            .number("n")
            .column("");
    for (RunTables.Slice slice : slices.stream().limit(MOST).toList()) {
      Rate rate = new Rate(slice.successes(), slice.n());
      String cases =
          Fields.path("runs", run.id())
              + "?only=wrong&tag="
              + Fields.encode(slice.tag())
              + "#cases";
      table.row(
          Html.text(slice.tag()),
          Html.text(slice.measure()),
          Html.text(Figures.percent(rate.value())),
          Html.text(Figures.interval(rate)),
          Html.text(Figures.whole(rate.n())),
          Tag.of("a")
              .with("href", cases)
              .with("aria-label", "Wrong cases with the tag " + slice.tag())
              .around("wrong ones"));
    }
    return table.html();
  }

  private static Html classes(RunTables.ClassTable classes) {
    Widgets.Table table =
        new Widgets.Table("Classes of " + classes.measure())
            .column("Class")
            .number("Precision")
            .number("95 % interval")
            .number("Recall")
            .number("95 % interval")
            .number("F1")
            .number("Cases");
    for (RunTables.ClassRow row : classes.rows().stream().limit(MOST).toList()) {
      Rate precision = new Rate(row.right(), row.predicted());
      Rate recall = new Rate(row.right(), row.expected());
      table.row(
          row.name(),
          shown(precision),
          doubt(precision),
          shown(recall),
          doubt(recall),
          Figures.decimal(row.f1()),
          Figures.whole(row.expected()));
    }
    return table.html();
  }

  private static Html fields(List<RunTables.FieldRow> rows) {
    Widgets.Table table =
        new Widgets.Table("Fields")
            .column("Field")
            .column("Measure")
            .number("Precision")
            .number("95 % interval")
            .number("Recall")
            .number("95 % interval")
            .number("Expected");
    for (RunTables.FieldRow row : rows.stream().limit(MOST).toList()) {
      Rate precision = new Rate(row.right(), row.answered());
      Rate recall = new Rate(row.right(), row.expected());
      table.row(
          row.field(),
          row.measure(),
          shown(precision),
          doubt(precision),
          shown(recall),
          doubt(recall),
          Figures.whole(row.expected()));
    }
    return table.html();
  }

  private static String shown(Rate rate) {
    return rate.n() == 0 ? "–" : Figures.percent(rate.value());
  }

  private static String doubt(Rate rate) {
    return rate.n() == 0 ? "–" : Figures.interval(rate);
  }

  private static Html confusion(RunTables.ClassTable classes) {
    List<RunTables.Cell> wrong =
        classes.cells().stream()
            .filter(cell -> !cell.expected().equals(cell.predicted()))
            .sorted((a, b) -> Long.compare(b.count(), a.count()))
            .limit(MOST)
            .toList();
    if (wrong.isEmpty()) return Html.EMPTY;
    Widgets.Table table =
        new Widgets.Table("Taken for another")
            .column("Expected")
            .column("Answered")
            .number("Cases");
    for (RunTables.Cell cell : wrong) {
      table.row(cell.expected(), cell.predicted(), Figures.whole(cell.count()));
    }
    return Html.element(
        "details", Html.element("summary", "Which were taken for which"), table.html());
  }
}
