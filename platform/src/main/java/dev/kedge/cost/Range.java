package dev.kedge.cost;

import java.util.Locale;

/**
 * A best estimate with its plausible range.
 *
 * @param high may be infinite: no upper end is plausible
 */
public record Range(double value, double low, double high) {
  public Range {
    if (!(low <= value && value <= high)) {
      throw new IllegalArgumentException(low + " to " + high + " does not hold " + value);
    }
  }

  static Range of(double value) {
    return new Range(value, value, value);
  }

  static Range of(Input input) {
    return new Range(input.value(), input.low(), input.high());
  }

  Range plus(Range other) {
    return new Range(value + other.value, low + other.low, high + other.high);
  }

  /** Multiplies by a range of numbers of 0 or more. */
  Range times(Range other) {
    return new Range(value * other.value, low * other.low, high * other.high);
  }

  /** Multiplies by a number of 0 or more. */
  Range times(double factor) {
    return new Range(value * factor, low * factor, high * factor);
  }

  /** Divides by a range of positive numbers. */
  Range over(Range other) {
    return new Range(value / other.value, low / other.high, high / other.low);
  }

  /** For people, three significant digits: {@code 1,230 USD (1,000 to 1,500)}. */
  public String text(String unit) {
    if (low == high) return amount(value) + unit;
    return amount(value) + unit + " (" + amount(low) + " to " + amount(high) + ")";
  }

  /** Three significant digits; for people. */
  public static String amount(double value) {
    if (Double.isInfinite(value)) return "no limit";
    double size = Math.abs(value);
    if (size == 0) return "0";
    if (size < 0.1) return String.format(Locale.ROOT, "%.2g", value);
    if (size < 100) {
      return String.format(Locale.ROOT, size < 10 ? "%.2f" : "%.1f", value)
          .replaceFirst("\\.?0+$", "");
    }
    double digits = Math.pow(10, Math.max(0, Math.floor(Math.log10(size)) - 2));
    return String.format(Locale.ROOT, "%,.0f", Math.rint(value / digits) * digits);
  }
}
