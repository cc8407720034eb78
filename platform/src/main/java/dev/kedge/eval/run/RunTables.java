package dev.kedge.eval.run;

import java.util.List;

/**
 * The parts of which figures are made.
 *
 * @param classes per measure of kind classes
 * @param fields per measure of kind counts and field
 * @param slices shares by tag
 */
public record RunTables(List<ClassTable> classes, List<FieldRow> fields, List<Slice> slices) {
  static final RunTables EMPTY = new RunTables(List.of(), List.of(), List.of());

  public RunTables {
    classes = List.copyOf(classes);
    fields = List.copyOf(fields);
    slices = List.copyOf(slices);
  }

  /**
   * How classes were taken for others.
   *
   * @param measure its name
   * @param rows per class that a label or an answer names, in alphabetical order
   * @param cells the confusion matrix without its zeros
   */
  public record ClassTable(String measure, List<ClassRow> rows, List<Cell> cells) {
    public ClassTable {
      rows = List.copyOf(rows);
      cells = List.copyOf(cells);
    }
  }

  /**
   * One class.
   *
   * @param right cases of this class that were answered so
   * @param predicted cases that were answered so
   * @param expected cases of this class
   */
  public record ClassRow(String name, long right, long predicted, long expected) {
    /** The harmonic mean of precision and recall; 0 where nothing is right. */
    public double f1() {
      return right == 0 ? 0 : 2.0 * right / (predicted + expected);
    }
  }

  /** So many cases of one class were answered as another. */
  public record Cell(String expected, String predicted, long count) {}

  /** A field's counts. */
  public record FieldRow(String measure, String field, long right, long answered, long expected) {}

  /** A share among the cases with a tag. */
  public record Slice(String measure, String tag, long successes, long n) {}
}
