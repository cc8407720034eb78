package dev.kedge.config;

import org.jspecify.annotations.Nullable;

/** What the compact constructors of configuration records need: defaults and ranges. */
final class Check {
  private Check() {}

  static <T> T or(@Nullable T value, T fallback) {
    return value == null ? fallback : value;
  }

  static <T> T required(@Nullable T value, String key) {
    if (value == null) throw new IllegalArgumentException("the key '" + key + "' is missing");
    return value;
  }

  static double range(
      @Nullable Double value, double fallback, double least, double most, String key) {
    double number = value == null ? fallback : value;
    if (number >= least && number <= most) return number;
    throw new IllegalArgumentException(
        key + " must be from " + least + " to " + most + ", not " + number);
  }
}
