package dev.kedge.cli;

import dev.kedge.limit.BudgetStatus;
import dev.kedge.limit.Budgets;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kedge budgets}. */
@Command(
    name = "budgets",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Show what is spent and left of each budget in its present hour, day or month (UTC).",
      "A budget shows up with its first call in the period. Servers report about once a second."
          + " HELD is reserved by calls in progress or lies ready at servers that run; UNKNOWN was"
          + " taken by servers that ended without accounting for it: spent just before, or lost"
          + " until the period ends."
    },
    footer = {"", "Example: kedge budgets --store sqlite:kedge.db --json"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class BudgetsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Store opened = store.open()) {
      List<BudgetStatus> budgets = Budgets.status(opened, InstantSource.system());
      BudgetListing listing = new BudgetListing(budgets);
      if (json) out.println(listing.json());
      else listing.print(out);
    }
    out.flush();
    return 0;
  }
}
