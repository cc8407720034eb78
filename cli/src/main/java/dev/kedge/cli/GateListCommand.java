package dev.kedge.cli;

import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GateRecord;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kedge gate list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "List gates with their outcome and standing, newest first.",
      "The chain of the stored entries is checked as well; exit code 1 says that one was changed."
    },
    footer = {"", "Example: kedge gate list --task order-desk"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GateListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(names = "--task", paramLabel = "NAME", description = "Of this task only.")
  private Optional<String> task;

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
      GateDesk desk = new GateDesk(store, data.folder(), InstantSource.system());
      List<GateRecord> records = desk.latest(task, Math.clamp(most, 1, 10_000));
      PrintWriter out = spec.commandLine().getOut();
      if (json) out.println(GateListing.json(records));
      else GateListing.table(records).print(out);
      out.flush();
      Optional<String> altered = desk.altered();
      altered.ifPresent(what -> spec.commandLine().getErr().println("kedge: the store: " + what));
      return altered.isPresent() ? 1 : 0;
    }
  }
}
