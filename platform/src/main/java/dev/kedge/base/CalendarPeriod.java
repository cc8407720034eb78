package dev.kedge.base;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** Periods of the calendar in UTC. Instants are epoch milliseconds. */
public enum CalendarPeriod {
  HOUR,
  DAY,
  MONTH;

  private static final long HOUR_MILLIS = 3_600_000;
  private static final long DAY_MILLIS = 24 * HOUR_MILLIS;

  /** When the period that holds this instant began. */
  public long startMillis(long atMillis) {
    return switch (this) {
      case HOUR -> Math.floorDiv(atMillis, HOUR_MILLIS) * HOUR_MILLIS;
      case DAY -> Math.floorDiv(atMillis, DAY_MILLIS) * DAY_MILLIS;
      case MONTH -> millis(firstOfMonth(atMillis));
    };
  }

  /** When the period that holds this instant ends and the next begins. */
  public long endMillis(long atMillis) {
    return switch (this) {
      case HOUR -> startMillis(atMillis) + HOUR_MILLIS;
      case DAY -> startMillis(atMillis) + DAY_MILLIS;
      case MONTH -> millis(firstOfMonth(atMillis).plusMonths(1));
    };
  }

  private static LocalDate firstOfMonth(long atMillis) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(atMillis), ZoneOffset.UTC).withDayOfMonth(1);
  }

  private static long millis(LocalDate date) {
    return date.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** As in configuration files: {@code hour}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
