package dev.kedge.config;

import dev.kedge.base.CalendarPeriod;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Money that may be spent in a period of the calendar (UTC).
 *
 * @param per hour, day or month
 * @param dollars 0 to 1,000,000,000
 * @param model as callers name it; empty for all models together
 */
public record BudgetLimit(CalendarPeriod per, BigDecimal dollars, String model) {
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);

  public BudgetLimit {
    per = Check.required(per, "per");
    dollars = Check.required(dollars, "dollars");
    model = Check.or(model, "");
    if (dollars.signum() < 0 || dollars.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("dollars must be from 0 to " + MOST + ", not " + dollars);
    }
  }

  /**
   * An owner's budgets as they stand in the configuration.
   *
   * @throws IllegalArgumentException if two are for the same period and model
   */
  public static List<BudgetLimit> distinct(List<BudgetLimit> budgets) {
    Set<String> seen = new HashSet<>();
    for (BudgetLimit budget : budgets) {
      if (!seen.add(budget.per + " " + budget.model)) {
        throw new IllegalArgumentException(
            "two budgets per "
                + budget.per
                + (budget.model.isEmpty() ? "" : " for the model '" + budget.model + "'")
                + "; keep one");
      }
    }
    return List.copyOf(budgets);
  }
}
