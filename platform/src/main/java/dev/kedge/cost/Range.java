package dev.kedge.cost;

import java.util.Locale;

/** An amount with its plausible range. */
public record Range(double value, double low, double high) {
  static Range of(double value) {
    return new Range(value, value, value);
  }

  static Range of(Input input) {
    return new Range(input.value(), input.low(), input.high());
  }

  Range plus(Range other) {
    return new Range(value + other.value, low + other.low, high + other.high);
  }

  Range times(Range other) {
    return new Range(value * other.value, low * other.low, high * other.high);
  }

  Range times(double factor) {
    return new Range(value * factor, low * factor, high * factor);
  }

  /** Divides by a range of positive numbers. */
  Range over(Range other) {
    return new Range(value / other.value, low / other.high, high / other.low);
  }

  /** For people, two significant digits at the ends: {@code 1,234 (1,000 to 1,500)}. */
  public String text(String unit) {
    if (low == high) return amount(value) + unit;
    return amount(value) + unit + " (" + amount(low) + " to " + amount(high) + ")";
  }

  static String amount(double value) {
    double size = Math.abs(value);
    if (size != 0 && size < 0.1) return String.format(Locale.ROOT, "%.4f", value);
    if (size < 100) return String.format(Locale.ROOT, "%.2f", value);
    double digits = Math.pow(10, Math.max(0, Math.floor(Math.log10(size)) - 2));
    return String.format(Locale.ROOT, "%,.0f", Math.rint(value / digits) * digits);
  }
}
