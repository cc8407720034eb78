package dev.kedge.config;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What the compact constructors of configuration records need: defaults and ranges. */
final class Check {
  private static final Duration LONGEST = Duration.ofDays(365);

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

  static int range(@Nullable Integer value, int fallback, int least, int most, String key) {
    int number = value == null ? fallback : value;
    if (number >= least && number <= most) return number;
    throw new IllegalArgumentException(
        key + " must be from " + least + " to " + most + ", not " + number);
  }

  static Duration positive(@Nullable Duration value, Duration fallback, String key) {
    Duration time = value == null ? fallback : value;
    if (time.isPositive() && time.compareTo(LONGEST) <= 0) return time;
    throw new IllegalArgumentException(key + " must be above 0 and at most 365d, not " + time);
  }

  /** A name that can stand in headers, labels of metrics and addresses. */
  static String name(@Nullable String value, String key) {
    String name = required(value, key);
    if (name.matches("[A-Za-z0-9._-]{1,64}")) return name;
    throw new IllegalArgumentException(
        key + " may have 1 to 64 letters, digits, '.', '_' and '-' only, not '" + name + "'");
  }

  /** The nearest of some names if it is near, and all of them. */
  static String nearest(String found, Collection<String> known) {
    if (known.isEmpty()) return "none is declared";
    String nearest =
        known.stream()
            .min(Comparator.comparingInt(name -> ConfigFile.distance(name, found)))
            .filter(name -> ConfigFile.distance(name, found) <= Math.max(2, found.length() / 3))
            .map(name -> "did you mean '" + name + "'? ")
            .orElse("");
    return nearest + "declared: " + String.join(", ", known.stream().sorted().toList());
  }
}
