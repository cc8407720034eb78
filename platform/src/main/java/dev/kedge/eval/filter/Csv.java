package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import java.util.ArrayList;
import java.util.List;

/** Comma-separated values (RFC 4180): quoted cells may hold commas, line ends and double quotes. */
final class Csv {
  private Csv() {}

  /**
   * All rows.
   *
   * @throws KedgeException naming the line where a quote is not closed
   */
  static List<List<String>> rows(String text, String name) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    int line = 1;
    int opened = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') line++;
      if (quoted) {
        if (c != '"') cell.append(c);
        else if (i + 1 < text.length() && text.charAt(i + 1) == '"') cell.append(text.charAt(++i));
        else quoted = false;
      } else if (c == '"' && cell.isEmpty()) {
        quoted = true;
        opened = line;
      } else if (c == ',') {
        take(row, cell);
      } else if (c == '\n') {
        take(row, cell);
        add(rows, row);
        row = new ArrayList<>();
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    if (quoted) throw KedgeException.invalid(name + ":" + opened + ": a quote is not closed");
    take(row, cell);
    add(rows, row);
    return rows;
  }

  private static void take(List<String> row, StringBuilder cell) {
    row.add(cell.toString());
    cell.setLength(0);
  }

  private static void add(List<List<String>> rows, List<String> row) {
    if (row.size() > 1 || !row.getFirst().isBlank()) rows.add(row);
  }
}
