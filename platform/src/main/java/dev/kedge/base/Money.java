package dev.kedge.base;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount of US dollars as a whole number of billionths.
 *
 * @param nanos billionths of a dollar; up to 9.2 billion dollars fit
 */
public record Money(long nanos) implements Comparable<Money> {
  public static final Money ZERO = new Money(0);
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  /**
   * An amount in dollars; fractions of a billionth are rounded up.
   *
   * @throws IllegalArgumentException if it does not fit
   */
  public static Money dollars(BigDecimal dollars) {
    try {
      return new Money(dollars.multiply(NANOS).setScale(0, RoundingMode.CEILING).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the amount " + dollars + " is too large", e);
    }
  }

  public Money plus(Money other) {
    return new Money(Math.addExact(nanos, other.nanos));
  }

  public Money minus(Money other) {
    return new Money(Math.subtractExact(nanos, other.nanos));
  }

  @Override
  public int compareTo(Money other) {
    return Long.compare(nanos, other.nanos);
  }

  /** Dollars, all digits that count: {@code 0.0000125}. */
  @Override
  public String toString() {
    return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
  }
}
