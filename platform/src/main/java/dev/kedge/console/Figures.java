package dev.kedge.console;

import dev.kedge.base.Money;
import dev.kedge.eval.Rate;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as people read them. */
final class Figures {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private Figures() {}

  /** Grouped by thousands. */
  static String whole(long number) {
    return String.format(Locale.ENGLISH, "%,d", number);
  }

  /** A number with its noun: 1 request, 2 requests. */
  static String count(long number, String noun) {
    return whole(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** Dollars; small amounts with the digits that show that they are not nothing. */
  static String dollars(Money money) {
    double dollars = money.nanos() / 1e9;
    if (dollars == 0 || Math.abs(dollars) >= 1)
      return String.format(Locale.ENGLISH, "$%,.2f", dollars);
    return Math.abs(dollars) >= 0.01
        ? String.format(Locale.ENGLISH, "$%.3f", dollars)
        : "$" + new BigDecimal(dollars, new MathContext(2)).toPlainString();
  }

  /** A duration: 340 ms, 12.3 s, 4 min 5 s, 3 h 20 min. */
  static String time(Duration time) {
    long millis = time.toMillis();
    if (millis < 1_000) return millis + " ms";
    if (millis < 60_000) return String.format(Locale.ENGLISH, "%.1f s", millis / 1e3);
    if (millis < 3_600_000) return time.toMinutes() + " min " + time.toSecondsPart() + " s";
    return time.toHours() + " h " + time.toMinutesPart() + " min";
  }

  /** A share in percent. */
  static String percent(double share) {
    return String.format(Locale.ENGLISH, "%.1f %%", 100 * share);
  }

  /** The 95 % interval of a share. */
  static String interval(Rate rate) {
    return "[%s, %s]".formatted(percent(rate.interval().low()), percent(rate.interval().high()));
  }

  /** Two digits behind the point. */
  static String decimal(double number) {
    return String.format(Locale.ENGLISH, "%.2f", number);
  }

  /** The beginning of a text on one line. */
  static String brief(String text, int most) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.codePointCount(0, line.length()) <= most
        ? line
        : line.substring(0, line.offsetByCodePoints(0, most)) + "…";
  }

  /** A moment, to the minute, in UTC. */
  static String moment(Instant instant) {
    return MINUTE.format(instant) + " UTC";
  }
}
