package dev.kedge.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Points in time as options: {@code 2026-11-22} is that day's beginning in UTC. */
final class Moments implements ITypeConverter<Instant> {
  @Override
  public Instant convert(String text) {
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'" + text + "' is no time; write a day such as 2026-11-22, or 2026-11-22T08:30:00Z");
    }
  }
}
