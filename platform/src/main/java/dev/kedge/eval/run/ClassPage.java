package dev.kedge.eval.run;

import dev.kedge.eval.Rate;
import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The part of a page that shows classes: per class, and how they were taken for others. */
final class ClassPage {
  private static final int LARGEST_MATRIX = 24;
  private static final int MOST_CONFUSIONS = 50;

  private final RunTables.ClassTable table;

  ClassPage(RunTables.ClassTable table) {
    this.table = table;
  }

  Html html() {
    return Html.all(
        Html.section("classes-" + table.measure(), "Classes: " + table.measure()),
        table.rows().size() <= LARGEST_MATRIX ? matrix() : Html.EMPTY,
        confusions(),
        Html.element(
            "details",
            Html.element(
                "summary", "Precision, recall and F1 of " + table.rows().size() + " classes"),
            classes()));
  }

  private Html matrix() {
    List<String> names = table.rows().stream().map(RunTables.ClassRow::name).toList();
    Map<String, Long> cells =
        table.cells().stream()
            .collect(
                Collectors.toMap(
                    cell -> cell.expected() + "\n" + cell.predicted(), RunTables.Cell::count));
    List<String> head = new ArrayList<>(List.of("label \\ answer"));
    head.addAll(names);
    List<List<String>> rows = new ArrayList<>();
    for (RunTables.ClassRow row : table.rows()) {
      if (row.expected() == 0) continue;
      List<String> line = new ArrayList<>(List.of(row.name()));
      for (String name : names) {
        long count = cells.getOrDefault(row.name() + "\n" + name, 0L);
        line.add(count == 0 ? "" : Long.toString(count));
      }
      rows.add(line);
    }
    return Html.all(Html.element("h3", "Confusion matrix"), Html.table(head, rows));
  }

  private Html confusions() {
    List<List<String>> rows =
        table.cells().stream()
            .filter(cell -> !cell.expected().equals(cell.predicted()))
            .sorted(Comparator.comparingLong(RunTables.Cell::count).reversed())
            .limit(MOST_CONFUSIONS)
            .map(cell -> List.of(cell.expected(), cell.predicted(), Long.toString(cell.count())))
            .toList();
    if (rows.isEmpty()) return Html.element("p", "No class was taken for another.");
    return Html.all(
        Html.element("h3", "Most frequent confusions"),
        Html.table(List.of("label", "answer", "cases"), rows));
  }

  private Html classes() {
    List<List<String>> rows = new ArrayList<>();
    for (RunTables.ClassRow row : table.rows()) {
      rows.add(
          List.of(
              row.name(),
              new Rate(row.right(), row.predicted()).toString(),
              new Rate(row.right(), row.expected()).toString(),
              String.format(Locale.ROOT, "%.3f", row.f1())));
    }
    return Html.table(List.of("class", "precision", "recall", "F1"), rows);
  }
}
