package dev.kedge.route.train;

import dev.kedge.base.KedgeException;
import java.util.ArrayList;
import java.util.List;

/** Reads comma-separated values: cells in quotes may hold commas, line ends and doubled quotes. */
final class Csv {
  private final String text;
  private final String name;
  private int at;
  private int line = 1;

  private Csv(String text, String name) {
    this.text = text;
    this.name = name;
  }

  /**
   * One line of cells.
   *
   * @param line where it begins, from 1
   */
  record Row(int line, List<String> cells) {}

  /**
   * All rows; empty lines are left out.
   *
   * @throws KedgeException naming the line where a quote is not closed
   */
  static List<Row> read(String text, String name) {
    Csv csv = new Csv(text.startsWith("\ufeff") ? text.substring(1) : text, name);
    List<Row> rows = new ArrayList<>();
    while (csv.at < csv.text.length()) {
      Row row = csv.row();
      if (row.cells().size() > 1 || !row.cells().getFirst().isEmpty()) rows.add(row);
    }
    return rows;
  }

  private Row row() {
    int begin = line;
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(at < text.length() && text.charAt(at) == '"' ? quoted(begin) : bare());
      if (at >= text.length()) return new Row(begin, cells);
      char end = text.charAt(at++);
      if (end == ',') continue;
      if (end == '\r' && at < text.length() && text.charAt(at) == '\n') at++;
      line++;
      return new Row(begin, cells);
    }
  }

  private String bare() {
    int from = at;
    while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) at++;
    return text.substring(from, at);
  }

  private String quoted(int begin) {
    StringBuilder cell = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\n') line++;
      if (c != '"') {
        cell.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        cell.append('"');
        at++;
      } else {
        if (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
          throw KedgeException.invalid(
              name + ":" + line + ": text behind a closing quote; quotes inside are doubled");
        }
        return cell.toString();
      }
    }
    throw KedgeException.invalid(name + ":" + begin + ": a quote is not closed");
  }
}
