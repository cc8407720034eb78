package dev.kedge.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarPeriodTest {
  @ParameterizedTest
  @CsvSource({
    "HOUR, 2026-03-31T23:59:59.999Z, 2026-03-31T23:00:00Z, 2026-04-01T00:00:00Z",
    "HOUR, 2026-03-31T23:00:00Z, 2026-03-31T23:00:00Z, 2026-04-01T00:00:00Z",
    "DAY, 2028-02-29T12:00:00Z, 2028-02-29T00:00:00Z, 2028-03-01T00:00:00Z",
    "MONTH, 2028-02-29T12:00:00Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
    "MONTH, 2026-12-31T23:59:59.999Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "DAY, 1969-12-31T23:59:59.999Z, 1969-12-31T00:00:00Z, 1970-01-01T00:00:00Z"
  })
  void aPeriodHoldsItsInstantAndEndsWhereTheNextBegins(
      CalendarPeriod period, Instant at, Instant starts, Instant ends) {
    assertThat(Instant.ofEpochMilli(period.startMillis(at.toEpochMilli()))).isEqualTo(starts);
    assertThat(Instant.ofEpochMilli(period.endMillis(at.toEpochMilli()))).isEqualTo(ends);
    assertThat(period.startMillis(ends.toEpochMilli())).isEqualTo(ends.toEpochMilli());
  }
}
