package dev.kedge.cli;

import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutRecord;
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

/** {@code kedge rollout list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "List rollouts and how they stand, newest first.",
    footer = {"", "Example: kedge rollout list --config kedge.yaml"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many (${DEFAULT-VALUE}).")
  private int most;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    try (Store store = data.openStore()) {
      RolloutDesk desk = new RolloutDesk(store, data.folder(), InstantSource.system());
      List<RolloutRecord> records = desk.latest(Math.clamp(most, 1, 10_000));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(RolloutListing.json(records.stream().map(RolloutListing::node).toList()));
      } else {
        RolloutListing.table(records).print(out);
      }
      out.flush();
      return 0;
    }
  }
}
