package dev.kedge.eval.score;

/**
 * One thing that a metric measures.
 *
 * @param name unique in a run, such as {@code exact} or {@code json.fields}
 * @param kind how cases add up
 * @param better which way is better
 * @param unit of a mean, such as {@code ms}; empty for shares, classes and counts
 * @param definition in words, as the report prints it
 */
public record Measure(String name, Kind kind, Better better, String unit, String definition) {
  /** How the values of single cases add up to a figure. */
  public enum Kind {
    /** 0 or 1 per case; the figure is the share of ones. */
    SHARE,
    /** A number per case; the figure is their mean. */
    MEAN,
    /** An expected and a predicted class per case; the figures are precision, recall and F1. */
    CLASSES,
    /** Right, answered and expected items per case and field; as for classes. */
    COUNTS
  }

  /** Which way is better. */
  public enum Better {
    HIGHER,
    LOWER,
    NEITHER
  }

  /** A share of which more is better. */
  public static Measure share(String name, String definition) {
    return new Measure(name, Kind.SHARE, Better.HIGHER, "", definition);
  }

  /** A mean. */
  public static Measure mean(String name, Better better, String unit, String definition) {
    return new Measure(name, Kind.MEAN, better, unit, definition);
  }

  /** Items that are right, answered and expected. */
  public static Measure counts(String name, String definition) {
    return new Measure(name, Kind.COUNTS, Better.HIGHER, "", definition);
  }

  /** Expected and predicted classes. */
  public static Measure classes(String name, String definition) {
    return new Measure(name, Kind.CLASSES, Better.HIGHER, "", definition);
  }
}
