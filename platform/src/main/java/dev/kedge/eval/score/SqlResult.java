package dev.kedge.eval.score;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query gave.
 *
 * @param columns how many
 * @param rows values in a spelling under which equal ones are equal
 * @param problem why there is no result; empty if there is one
 */
record SqlResult(int columns, List<List<String>> rows, String problem) {
  private static final MathContext DIGITS = new MathContext(9, RoundingMode.HALF_EVEN);

  SqlResult {
    rows = List.copyOf(rows);
  }

  static SqlResult failed(String problem) {
    return new SqlResult(0, List.of(), problem);
  }

  boolean failed() {
    return !problem.isEmpty();
  }

  /** Whether both hold the same rows. */
  boolean same(SqlResult other, boolean ordered) {
    if (columns != other.columns || rows.size() != other.rows.size()) return false;
    return ordered ? rows.equals(other.rows) : sorted().equals(other.sorted());
  }

  private List<String> sorted() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) lines.add(String.join("\u001f", row));
    Collections.sort(lines);
    return lines;
  }

  /** For people. */
  String difference(SqlResult found) {
    if (columns != found.columns) {
      return "expected " + columns + " columns, not " + found.columns;
    }
    if (rows.size() != found.rows.size()) {
      return "expected " + rows.size() + " rows, not " + found.rows.size();
    }
    return "other rows, or another order";
  }

  /** A value's spelling: 1, 1.0 and 1.0000000001 are one number; text is never a number. */
  static String value(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case byte[] bytes -> "x" + HexFormat.of().formatHex(bytes);
      case Double number when !Double.isFinite(number) -> "n" + number;
      case Number number -> "n" + rounded(new BigDecimal(number.toString()));
      case Object other -> "t" + other;
    };
  }

  private static String rounded(BigDecimal number) {
    if (number.signum() == 0) return "0";
    boolean whole = number.stripTrailingZeros().scale() <= 0 && number.precision() <= 19;
    BigDecimal kept = whole ? number : number.round(DIGITS);
    return kept.stripTrailingZeros().toPlainString();
  }
}
