package dev.kedge.access;

import dev.kedge.call.Api;
import dev.kedge.config.BudgetLimit;
import dev.kedge.config.RateLimits;
import dev.kedge.config.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the holder of a key may do.
 *
 * @param models that may be called, a {@code *} at the end standing for any rest; none means all
 * @param apis that may be used; none means all
 * @param limits of this key alone, beside those of its tenant
 * @param budgets of this key alone, beside those of its tenant
 * @param tags that are added to each of its calls
 */
public record KeyTerms(
    Set<Role> roles,
    List<String> models,
    Set<Api> apis,
    RateLimits limits,
    List<BudgetLimit> budgets,
    Map<String, String> tags) {
  public KeyTerms {
    roles = Set.copyOf(roles);
    models = List.copyOf(models);
    apis = Set.copyOf(apis);
    budgets = List.copyOf(budgets);
    tags = Map.copyOf(tags);
    if (roles.isEmpty()) throw new IllegalArgumentException("a key needs at least one role");
  }

  /** A user's, of all models and without limits of its own. */
  public static KeyTerms user() {
    return new KeyTerms(
        Set.of(Role.USER), List.of(), Set.of(), RateLimits.NONE, List.of(), Map.of());
  }
}
