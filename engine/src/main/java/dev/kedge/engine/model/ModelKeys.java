package dev.kedge.engine.model;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;

/**
 * Metadata keys with the architecture's prefix, checked against their ranges.
 *
 * @param architecture the prefix, without its dot
 */
record ModelKeys(Metadata metadata, String architecture) {
  /** As a fallback: the key must be there. */
  static final int REQUIRED = -1;

  boolean has(String key) {
    return metadata.has(architecture + "." + key);
  }

  int integer(String key, int fallback, int least, int most) {
    String name = architecture + "." + key;
    long value = fallback == REQUIRED ? metadata.integer(name) : metadata.integer(name, fallback);
    check(name, (double) value, least, most);
    return (int) value;
  }

  double decimal(String key, double fallback, double least, double most) {
    String name = architecture + "." + key;
    double value = metadata.decimal(name, fallback);
    check(name, value, least, most);
    return value;
  }

  String string(String key, String fallback) {
    return metadata.string(architecture + "." + key, fallback);
  }

  private static void check(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new FormatException(
          -1,
          "%s is %s; from %s to %s was expected"
              .formatted(name, text(value), text(least), text(most)));
    }
  }

  /* Whole numbers as such. */
  private static String text(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }
}
