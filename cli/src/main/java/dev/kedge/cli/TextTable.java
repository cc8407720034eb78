package dev.kedge.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows in columns: the first ones to the left, numbers to the right. */
final class TextTable {
  private static final String GAP = "  ";
  private final int textColumns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param textColumns how many columns are texts
   */
  TextTable(int textColumns) {
    this.textColumns = textColumns;
  }

  /** Adds a row; all have as many cells as the first. */
  TextTable row(List<String> cells) {
    rows.add(cells.stream().map(cell -> Printable.text(cell, 60)).toList());
    return this;
  }

  /** Prints it, each row on a line. */
  void print(PrintWriter out) {
    if (rows.isEmpty()) return;
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) widths[i] = Math.max(widths[i], width(row.get(i)));
    }
    for (List<String> row : rows) out.println(line(row, widths));
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String space = " ".repeat(widths[i] - width(row.get(i)));
      if (i > 0) line.append(GAP);
      line.append(i < textColumns ? row.get(i) + space : space + row.get(i));
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
