package dev.kedge.cli;

import dev.kedge.store.Store;
import dev.kedge.usage.Grouping;
import dev.kedge.usage.UsageCsv;
import dev.kedge.usage.UsageQuery;
import dev.kedge.usage.UsageStore;
import dev.kedge.usage.UsageTotal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kedge usage}. */
@Command(
    name = "usage",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Add up what was answered: requests, tokens, money, time.",
      "Costs are at the prices that held at each call. A record is in the store a fraction of a"
          + " second after its request."
    },
    footer = {
      "",
      "Example: kedge usage --by tenant,model --from 2026-11-01 --to 2026-12-01",
      "         kedge usage --from 2026-11-01 --csv november.csv"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class UsageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Option(
      names = "--by",
      paramLabel = "GROUP",
      split = ",",
      defaultValue = "model",
      description =
          "What to add up by, one or several of ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}). Days"
              + " are in UTC; 'asked' is the model that the caller named.")
  private List<Grouping> by;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = Moments.class,
      description = "Requests from this time on, a day or an instant in UTC.")
  private Optional<Instant> from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = Moments.class,
      description = "Requests before this time.")
  private Optional<Instant> to;

  @Option(names = "--tenant", paramLabel = "NAME", description = "Of this tenant only.")
  private Optional<String> tenant;

  @Option(names = "--key", paramLabel = "ID", description = "Of this key only.")
  private Optional<String> key;

  @Option(names = "--model", paramLabel = "NAME", description = "Answered by this model only.")
  private Optional<String> model;

  @Option(names = "--upstream", paramLabel = "NAME", description = "Of this upstream only.")
  private Optional<String> upstream;

  @Option(names = "--task", paramLabel = "NAME", description = "Of this task only.")
  private Optional<String> task;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Write the records themselves as CSV instead; '-' is standard output.")
  private Optional<String> csv;

  @Override
  public Integer call() throws IOException {
    if (json && csv.isPresent()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--json prints totals and --csv writes records: give one of them");
    }
    UsageQuery query = new UsageQuery(from, to, tenant, key, model, upstream, task);
    PrintWriter out = spec.commandLine().getOut();
    try (Store opened = store.open()) {
      UsageStore usage = new UsageStore(opened);
      if (csv.isPresent()) export(usage, query, csv.get(), out);
      else totals(usage, query, out);
    }
    out.flush();
    return 0;
  }

  private void totals(UsageStore usage, UsageQuery query, PrintWriter out) {
    List<UsageTotal> totals = usage.totals(query, by);
    UsageListing listing = new UsageListing(query, by, totals);
    if (json) out.println(listing.json());
    else listing.print(out);
  }

  private void export(UsageStore usage, UsageQuery query, String target, PrintWriter out)
      throws IOException {
    if (target.equals("-")) {
      UsageCsv.write(out, usage, query);
      return;
    }
    long count = UsageCsv.write(Path.of(target), usage, query);
    spec.commandLine().getErr().println(count + " records in " + target);
  }
}
