package dev.kedge.cli;

import dev.kedge.base.Money;
import dev.kedge.limit.BudgetStatus;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Budgets with what is spent and left, for people and for scripts. */
final class BudgetListing implements Listing {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> HEAD =
      List.of("BUDGET", "PER", "STARTS ANEW", "LIMIT", "SPENT", "HELD", "UNKNOWN", "LEFT");
  private static final int TEXTS = 3;

  private final List<BudgetStatus> budgets;

  BudgetListing(List<BudgetStatus> budgets) {
    this.budgets = budgets;
  }

  @Override
  public void print(PrintWriter out) {
    if (budgets.isEmpty()) {
      out.println("No budget was used in its present period.");
      return;
    }
    TextTable table = new TextTable(TEXTS).row(HEAD);
    for (BudgetStatus budget : budgets) {
      table.row(
          List.of(
              budget.label(),
              budget.per().toString(),
              budget.ends().toString(),
              dollars(budget.limit()),
              dollars(budget.spent()),
              dollars(budget.held()),
              dollars(budget.unaccounted()),
              dollars(budget.left())));
    }
    table.print(out);
    budgets.stream()
        .filter(budget -> budget.overrun().nanos() > 0)
        .forEach(budget ->
            out.println(
                Printable.text(budget.label(), 100)
                    + ": calls cost $"
                    + dollars(budget.overrun())
                    + " more than was reserved for them; check the prices in kedge.yaml."));
  }

  private static String dollars(Money money) {
    BigDecimal exact = BigDecimal.valueOf(money.nanos(), 9);
    // Whole cents hide what a small model costs.
    int digits = exact.abs().compareTo(BigDecimal.TEN) < 0 ? 6 : 2;
    return String.format(
        Locale.ROOT, "%,." + digits + "f", exact.setScale(digits, RoundingMode.HALF_UP));
  }

  @Override
  public String json() {
    ArrayNode list = JSON.createArrayNode();
    for (BudgetStatus budget : budgets) {
      ObjectNode node = list.addObject();
      node.put("id", budget.account());
      node.put("budget", budget.label());
      node.put("per", budget.per().toString());
      node.put("starts", budget.starts().toString());
      node.put("ends", budget.ends().toString());
      node.put("limit_usd", exact(budget.limit()));
      node.put("spent_usd", exact(budget.spent()));
      node.put("held_usd", exact(budget.held()));
      node.put("unknown_usd", exact(budget.unaccounted()));
      node.put("left_usd", exact(budget.left()));
      node.put("overrun_usd", exact(budget.overrun()));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(list);
  }

  private static BigDecimal exact(Money money) {
    return new BigDecimal(money.toString());
  }
}
