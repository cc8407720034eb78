package dev.kedge.eval.holdout;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads comma-separated values row by row (RFC 4180): cells in quotes may hold commas, line ends
 * and doubled quotes. One thread.
 */
final class CsvRows {
  private static final int LONGEST_CELL = 1 << 20;
  private static final int MOST_CELLS = 1_000;

  private final PushbackReader in;
  private final String name;
  private int line = 1;

  CsvRows(Reader in, String name) {
    this.in = new PushbackReader(in);
    this.name = name;
  }

  /**
   * One row.
   *
   * @param line where it begins, from 1
   */
  record Row(int line, List<String> cells) {}

  /** The next row that is not empty. */
  Optional<Row> next() throws IOException {
    while (true) {
      int begin = line;
      int first = in.read();
      if (first < 0) return Optional.empty();
      if (first != '\ufeff' || begin > 1) in.unread(first);
      List<String> cells = row(begin);
      if (cells.size() > 1 || !cells.getFirst().isEmpty()) {
        return Optional.of(new Row(begin, cells));
      }
    }
  }

  private List<String> row(int begin) throws IOException {
    List<String> cells = new ArrayList<>();
    while (true) {
      StringBuilder cell = new StringBuilder();
      int end = cell(cell, begin);
      cells.add(cell.toString());
      if (cells.size() > MOST_CELLS) throw wrong(begin, "more than 1,000 cells in a row");
      if (end == ',') continue;
      if (end == '\r') {
        int next = in.read();
        if (next >= 0 && next != '\n') in.unread(next);
      }
      line++;
      return cells;
    }
  }

  /** Reads a cell and gives the character behind it; -1 at the end. */
  private int cell(StringBuilder cell, int begin) throws IOException {
    int c = in.read();
    boolean quoted = c == '"';
    if (quoted) c = in.read();
    while (true) {
      if (quoted && c == '"') {
        c = in.read();
        if (c != '"') {
          if (c < 0 || c == ',' || c == '\r' || c == '\n') return c;
          throw wrong(line, "text behind a closing quote; quotes inside are doubled");
        }
      } else if (!quoted && (c < 0 || c == ',' || c == '\r' || c == '\n')) {
        return c;
      } else if (c < 0) {
        throw wrong(begin, "a quote is not closed");
      }
      if (c == '\n') line++;
      cell.append((char) c);
      if (cell.length() > LONGEST_CELL)
        throw wrong(begin, "a cell of more than a million characters");
      c = in.read();
    }
  }

  private KedgeException wrong(int where, String what) {
    return KedgeException.invalid(name + ":" + where + ": " + what);
  }
}
