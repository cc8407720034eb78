package dev.kedge.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time and sizes as people write them in configuration: {@code 1.5s}, {@code 8MiB}. */
public final class Quantity {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?([A-Za-z]*)");

  private Quantity() {}

  /**
   * A length of time: a number with {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}; a
   * plain {@code 0} needs no unit.
   *
   * @throws IllegalArgumentException telling what is expected
   */
  public static Duration duration(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      BigDecimal number = new BigDecimal(matcher.group(1));
      long unit = nanos(matcher.group(2));
      if (number.signum() == 0 && matcher.group(2).isEmpty()) unit = 1;
      BigDecimal nanos =
          number.multiply(BigDecimal.valueOf(unit)).setScale(0, RoundingMode.CEILING);
      if (unit > 0 && nanos.toBigInteger().bitLength() < Long.SIZE) {
        return Duration.ofNanos(nanos.longValueExact());
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no length of time; write a number with ms, s, m, h or d, as in 1.5s");
  }

  private static long nanos(String unit) {
    return switch (unit) {
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      case "d" -> 86_400_000_000_000L;
      default -> 0;
    };
  }

  /**
   * A number of bytes: a whole number, or a number with {@code B}, {@code KiB}, {@code MiB}, {@code
   * GiB}, {@code TiB}, or the decimal {@code kB}, {@code MB}, {@code GB}, {@code TB}.
   *
   * @throws IllegalArgumentException telling what is expected
   */
  public static long bytes(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      long unit = size(matcher.group(2));
      BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
      boolean whole = bytes.stripTrailingZeros().scale() <= 0;
      if (unit > 0 && whole && bytes.toBigInteger().bitLength() < Long.SIZE) {
        return bytes.longValueExact();
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no size; write bytes, or a number with KiB, MiB or GiB, as in 8MiB");
  }

  private static long size(String unit) {
    return switch (unit) {
      case "", "B" -> 1;
      case "KiB" -> 1L << 10;
      case "MiB" -> 1L << 20;
      case "GiB" -> 1L << 30;
      case "TiB" -> 1L << 40;
      case "kB" -> 1_000L;
      case "MB" -> 1_000_000L;
      case "GB" -> 1_000_000_000L;
      case "TB" -> 1_000_000_000_000L;
      default -> 0;
    };
  }
}
