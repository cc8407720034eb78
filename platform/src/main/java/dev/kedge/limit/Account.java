package dev.kedge.limit;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Money;
import dev.kedge.config.BudgetLimit;
import java.util.List;
import java.util.Locale;

/**
 * A budget that a call is charged to. Make it once per caller and model and keep it: the id's hash
 * is looked up with every call.
 *
 * @param id names the budget in the store, the same on every node and after every restart
 * @param label the same for people: {@code tenant 'sales', model 'llama-70b'}
 * @param period after which it starts anew
 * @param limit what may be spent in a period; a changed limit holds within a second
 */
public record Account(String id, String label, CalendarPeriod period, Money limit) {
  private static final long MOST_NANOS = 1_000_000_000_000_000_000L;

  public Account {
    if (id.isEmpty() || id.length() > 500) {
      throw new IllegalArgumentException("a budget's id has 1 to 500 characters");
    }
    if (limit.nanos() < 0 || limit.nanos() > MOST_NANOS) {
      throw new IllegalArgumentException("a budget is 0 to 1,000,000,000 dollars");
    }
  }

  /** Whose budget it is. */
  public enum Owner {
    KEY,
    TENANT,
    /** The model's own, whoever calls. */
    MODEL,
    /** Of all calls together. */
    GATEWAY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The accounts among an owner's budgets that a call to this model is charged to.
   *
   * @param name of the owner: the key's id, the tenant's name; empty for the gateway
   */
  public static List<Account> of(
      Owner owner, String name, List<BudgetLimit> budgets, String model) {
    return budgets.stream()
        .filter(budget -> budget.model().isEmpty() || budget.model().equals(model))
        .map(budget -> of(owner, name, budget))
        .toList();
  }

  private static Account of(Owner owner, String name, BudgetLimit budget) {
    String label = owner == Owner.GATEWAY ? "the gateway" : owner + " '" + name + "'";
    if (!budget.model().isEmpty()) label += ", model '" + budget.model() + "'";
    // Escaped, so that no name can pass for the budget of another.
    String id = owner + "/" + escaped(name) + "/" + escaped(budget.model()) + "/" + budget.per();
    return new Account(id, label, budget.per(), Money.dollars(budget.dollars()));
  }

  private static String escaped(String name) {
    return name.replace("%", "%25").replace("/", "%2F");
  }
}
