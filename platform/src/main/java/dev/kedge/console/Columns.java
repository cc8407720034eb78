package dev.kedge.console;

import dev.kedge.report.Chart;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A chart of columns that keeps the size of its text at every width, with its numbers in a table
 * below that opens on demand.
 */
final class Columns {
  private static final int HEIGHT = 140;
  private static final int FOOT = 20;

  private Columns() {}

  /**
   * One column.
   *
   * @param text of its value
   */
  record Column(String label, double value, String text) {}

  /** The chart with its table. */
  static Html html(String title, String labels, String values, List<Column> columns) {
    double most = columns.stream().mapToDouble(Column::value).max().orElse(0);
    double scale = most > 0 ? Chart.axisEnd(most) : 1;
    List<Html> parts = new ArrayList<>();
    parts.add(Html.element("title", title));
    double step = 100.0 / Math.max(1, columns.size());
    // About ten labels, so that they have room on narrow screens.
    int every = Math.max(1, (columns.size() + 7) / 8);
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      double height = (HEIGHT - FOOT) * column.value / scale;
      parts.add(bar(i * step + step * 0.15, HEIGHT - FOOT - height, step * 0.7, height, column));
      if (i % every == 0) parts.add(label(i * step + step / 2, column.label));
    }
    parts.add(
        Tag.of("line.grid")
            .with("x1", "0")
            .with("x2", "100%")
            .with("y1", HEIGHT - FOOT)
            .with("y2", HEIGHT - FOOT)
            .around());
    Html svg =
        Tag.of("svg.columns")
            .with("role", "img")
            .with("aria-label", title)
            .with("height", HEIGHT)
            .around(parts.toArray(Html[]::new));
    return Tag.of("figure")
        .around(Html.element("figcaption", title), svg, table(title, labels, values, columns));
  }

  private static Html bar(double x, double y, double width, double height, Column column) {
    return Tag.of("rect.bar")
        .with("x", percent(x))
        .with("y", number(y))
        .with("width", percent(width))
        .with("height", number(height))
        .with("rx", "2")
        .around(Html.element("title", column.label + ": " + column.text));
  }

  private static Html label(double x, String text) {
    return Tag.of("text.soft")
        .with("x", percent(x))
        .with("y", HEIGHT - 4)
        .with("text-anchor", "middle")
        .around(text);
  }

  private static Html table(String title, String labels, String values, List<Column> columns) {
    Widgets.Table table = new Widgets.Table(title).column(labels).number(values);
    columns.forEach(column -> table.row(column.label, column.text));
    return Html.element("details", Html.element("summary", "The numbers"), table.html());
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f%%", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
