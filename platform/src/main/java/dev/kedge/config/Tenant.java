package dev.kedge.config;

import java.util.List;

/**
 * A part of the company that shares limits and budgets.
 *
 * @param name letters, digits, '.', '_' and '-'
 * @param weight its share of a busy model against other tenants of its priority; default 1
 * @param priority default normal
 * @param limits of all its calls together; default none
 * @param budgets of all its calls together; default none
 */
public record Tenant(
    String name, Double weight, Priority priority, RateLimits limits, List<BudgetLimit> budgets) {
  public Tenant {
    name = Check.name(name, "name");
    weight = Check.range(weight, 1, 0.001, 1e6, "weight");
    priority = Check.or(priority, Priority.NORMAL);
    limits = Check.or(limits, RateLimits.NONE);
    budgets = List.copyOf(Check.or(budgets, List.of()));
  }

  /** A tenant of which nothing is declared. */
  public static Tenant plain(String name) {
    return new Tenant(name, 1.0, Priority.NORMAL, RateLimits.NONE, List.of());
  }
}
