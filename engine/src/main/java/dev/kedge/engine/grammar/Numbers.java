package dev.kedge.engine.grammar;

import dev.kedge.engine.weights.FormatException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as bytes of JSON. Every number has a bounded length, so that no answer can go on writing
 * digits: integers have at most 18 digits, others at most 15 significant ones, which a double keeps
 * apart. Bounds hold for what a double or a decimal reader makes of the digits.
 */
final class Numbers {
  private static final int INTEGER_DIGITS = 18;
  private static final int SIGNIFICANT_DIGITS = 15;
  private static final int OPEN_DIGITS = 9;
  private static final int MAX_DIVISOR = 1000;

  private static final Dfa ANY =
      ascii("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?([eE][-+]?[0-9]{1,2})?", new Work());
  private static final Dfa ANY_INTEGER = ascii("0|-?[1-9][0-9]{0,17}", new Work());

  private Numbers() {}

  /**
   * What a schema says about a number; absent bounds are null.
   *
   * @param multipleOf null for none
   */
  record Bounds(
      @Nullable BigDecimal least,
      boolean aboveLeast,
      @Nullable BigDecimal most,
      boolean belowMost,
      @Nullable BigDecimal multipleOf) {
    static final Bounds NONE = new Bounds(null, false, null, false, null);

    Bounds withLeast(BigDecimal bound, boolean exclusive) {
      int order = least == null ? -1 : least.compareTo(bound);
      if (order > 0 || (order == 0 && !exclusive)) return this;
      return new Bounds(bound, exclusive, most, belowMost, multipleOf);
    }

    Bounds withMost(BigDecimal bound, boolean exclusive) {
      int order = most == null ? 1 : most.compareTo(bound);
      if (order < 0 || (order == 0 && !exclusive)) return this;
      return new Bounds(least, aboveLeast, bound, exclusive, multipleOf);
    }

    Bounds withMultipleOf(BigDecimal divisor) {
      return new Bounds(least, aboveLeast, most, belowMost, divisor);
    }
  }

  private static Dfa ascii(String expression, Work work) {
    return Regex.compile(PatternParser.whole(expression), work);
  }

  static Dfa integers(Bounds bounds, Work work) {
    if (bounds.equals(Bounds.NONE)) return ANY_INTEGER;
    BigInteger limit = BigInteger.TEN.pow(INTEGER_DIGITS).subtract(BigInteger.ONE);
    BigInteger least = limit.negate();
    BigInteger most = limit;
    if (bounds.least != null) least = least.max(scaledLeast(bounds.least, bounds.aboveLeast, 0));
    if (bounds.most != null) most = most.min(scaledMost(bounds.most, bounds.belowMost, 0));
    if (least.compareTo(most) > 0) return Dfa.words(List.of());
    Dfa range = ascii(signed(least, most, 0), work);
    return bounds.multipleOf == null ? range : range.and(multiples(bounds.multipleOf, work), work);
  }

  /* Remainders of the digits so far. */
  private static Dfa multiples(BigDecimal of, Work work) {
    if (of.stripTrailingZeros().scale() > 0) return multiplesOfFraction(of, work);
    if (of.compareTo(BigDecimal.valueOf(MAX_DIVISOR)) > 0) {
      throw new FormatException(-1, "'multipleOf' of more than " + MAX_DIVISOR);
    }
    int divisor = of.intValueExact();
    Nfa nfa = new Nfa(work);
    int start = nfa.state();
    int signed = nfa.state();
    nfa.empty(start, signed);
    nfa.edge(start, '-', '-', signed);
    for (int i = 0; i < divisor; i++) nfa.state();
    for (int digit = 0; digit < 10; digit++) {
      nfa.edge(signed, '0' + digit, '0' + digit, 2 + digit % divisor);
      for (int rest = 0; rest < divisor; rest++) {
        nfa.edge(2 + rest, '0' + digit, '0' + digit, 2 + (10 * rest + digit) % divisor);
      }
    }
    BitSet accepting = new BitSet();
    accepting.set(2);
    return nfa.deterministic(start, accepting);
  }

  /* Integers that are multiples of 0.5 or 0.01, say: all of them, where 1 is one. */
  private static Dfa multiplesOfFraction(BigDecimal of, Work work) {
    if (BigDecimal.ONE.remainder(of).signum() != 0) {
      throw new FormatException(-1, "'multipleOf' " + of + " for an integer");
    }
    return ascii("-?[0-9]+", work);
  }

  static Dfa decimals(Bounds bounds, Work work) {
    if (bounds.multipleOf != null) return stepped(bounds, bounds.multipleOf, work);
    if (bounds.least == null && bounds.most == null) return ANY;
    int digits = Math.max(integerDigits(bounds.least), integerDigits(bounds.most));
    int room = SIGNIFICANT_DIGITS - digits;
    if (room < 0) throw new FormatException(-1, "bounds of more than 15 digits");
    return fixed(
        bounds, Math.min(room, Math.max(6, scale(bounds.least, bounds.most) + 1)), digits, work);
  }

  private static Dfa stepped(Bounds bounds, BigDecimal step, Work work) {
    BigDecimal plain = step.stripTrailingZeros();
    if (plain.scale() <= 0) return integers(bounds, work);
    if (!plain.unscaledValue().equals(BigInteger.ONE)) {
      throw new FormatException(
          -1, "'multipleOf' " + step + "; known are whole numbers and powers of ten");
    }
    int digits = Math.max(integerDigits(bounds.least), integerDigits(bounds.most));
    if (digits + plain.scale() > SIGNIFICANT_DIGITS) {
      throw new FormatException(-1, "bounds and 'multipleOf' of more than 15 digits");
    }
    return fixed(bounds, plain.scale(), digits, work);
  }

  private static int integerDigits(@Nullable BigDecimal bound) {
    return bound == null ? OPEN_DIGITS : Math.max(1, bound.precision() - bound.scale());
  }

  private static int scale(@Nullable BigDecimal least, @Nullable BigDecimal most) {
    return Math.max(least == null ? 0 : least.scale(), most == null ? 0 : most.scale());
  }

  /* One alternative per number of decimals: with k of them a number is an integer over 10^k. */
  private static Dfa fixed(Bounds bounds, int decimals, int digits, Work work) {
    List<String> parts = new ArrayList<>();
    for (int k = 0; k <= decimals; k++) {
      BigInteger limit = BigInteger.TEN.pow(digits + k).subtract(BigInteger.ONE);
      BigInteger least =
          bounds.least == null ? limit.negate() : scaledLeast(bounds.least, bounds.aboveLeast, k);
      BigInteger most = bounds.most == null ? limit : scaledMost(bounds.most, bounds.belowMost, k);
      if (least.compareTo(most) <= 0) parts.add(signed(least, most, k));
    }
    return parts.isEmpty() ? Dfa.words(List.of()) : ascii(String.join("|", parts), work);
  }

  private static BigInteger scaledLeast(BigDecimal bound, boolean above, int decimals) {
    BigDecimal scaled = bound.scaleByPowerOfTen(decimals);
    BigInteger up = scaled.setScale(0, RoundingMode.CEILING).toBigIntegerExact();
    boolean next = above && scaled.compareTo(new BigDecimal(up)) == 0;
    return next ? up.add(BigInteger.ONE) : up;
  }

  private static BigInteger scaledMost(BigDecimal bound, boolean below, int decimals) {
    BigDecimal scaled = bound.scaleByPowerOfTen(decimals);
    BigInteger down = scaled.setScale(0, RoundingMode.FLOOR).toBigIntegerExact();
    boolean next = below && scaled.compareTo(new BigDecimal(down)) == 0;
    return next ? down.subtract(BigInteger.ONE) : down;
  }

  /* From least to most, which is not below it. */
  private static String signed(BigInteger least, BigInteger most, int decimals) {
    List<String> parts = new ArrayList<>();
    if (least.signum() < 0) {
      BigInteger nearest = most.signum() < 0 ? most.negate() : BigInteger.ONE;
      parts.add("-(" + range(nearest, least.negate(), decimals) + ")");
    }
    if (most.signum() >= 0) parts.add(range(least.max(BigInteger.ZERO), most, decimals));
    return String.join("|", parts);
  }

  /* Digits of the integers from least to most, 0 or more, with a point before the last ones. */
  private static String range(BigInteger least, BigInteger most, int decimals) {
    List<String> parts = new ArrayList<>();
    int longest = Math.max(decimals + 1, most.toString().length());
    for (int length = decimals + 1; length <= longest; length++) {
      BigInteger first = length == decimals + 1 ? BigInteger.ZERO : BigInteger.TEN.pow(length - 1);
      BigInteger low = least.max(first);
      BigInteger high = most.min(BigInteger.TEN.pow(length).subtract(BigInteger.ONE));
      if (low.compareTo(high) > 0) continue;
      parts.add(between(padded(low, length), padded(high, length), decimals));
    }
    return String.join("|", parts);
  }

  private static String padded(BigInteger value, int length) {
    String digits = value.toString();
    return "0".repeat(length - digits.length()) + digits;
  }

  /* Digit strings of one length between two others. */
  private static String between(String low, String high, int decimals) {
    if (low.isEmpty()) return "";
    String point = low.length() == decimals ? "\\." : "";
    char first = low.charAt(0);
    char last = high.charAt(0);
    String lowRest = low.substring(1);
    String highRest = high.substring(1);
    if (first == last) return point + first + between(lowRest, highRest, decimals);
    List<String> parts = new ArrayList<>();
    boolean wholeLow = lowRest.chars().allMatch(c -> c == '0');
    boolean wholeHigh = highRest.chars().allMatch(c -> c == '9');
    char from = wholeLow ? first : (char) (first + 1);
    char to = wholeHigh ? last : (char) (last - 1);
    String nines = "9".repeat(lowRest.length());
    String zeros = "0".repeat(lowRest.length());
    if (!wholeLow) parts.add(first + between(lowRest, nines, decimals));
    if (from <= to) parts.add("[" + from + "-" + to + "]" + anyDigits(lowRest.length(), decimals));
    if (!wholeHigh) parts.add(last + between(zeros, highRest, decimals));
    return point + "(" + String.join("|", parts) + ")";
  }

  private static String anyDigits(int count, int decimals) {
    if (count < decimals || decimals == 0) return "[0-9]{" + count + "}";
    return "[0-9]{" + (count - decimals) + "}\\.[0-9]{" + decimals + "}";
  }
}
