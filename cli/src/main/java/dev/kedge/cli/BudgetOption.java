package dev.kedge.cli;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.config.BudgetLimit;
import java.math.BigDecimal;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Budgets as options: {@code month=500}, {@code hour=2.50:llama-70b}. */
final class BudgetOption implements ITypeConverter<BudgetLimit> {
  @Override
  public BudgetLimit convert(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', equals);
    String model = colon < 0 ? "" : text.substring(colon + 1);
    try {
      return new BudgetLimit(
          CalendarPeriod.valueOf(text.substring(0, equals).toUpperCase(Locale.ROOT)),
          new BigDecimal(text.substring(equals + 1, colon < 0 ? text.length() : colon)),
          model);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new TypeConversionException(
          "'%s' is no budget; write hour, day or month, = and dollars, as in month=500"
                  .formatted(text)
              + " or hour=2.50:llama-70b for one model");
    }
  }
}
