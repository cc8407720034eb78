package dev.kedge.cli;

import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutRecord;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge rollout show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Show a rollout: its figures now, and every decision.",
    footer = {"", "Example: kedge rollout show desk --config kedge.yaml"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(paramLabel = "ROLLOUT", description = "Its id, or the model: then its latest one.")
  private String rollout;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    try (Store store = data.openStore()) {
      RolloutDesk desk = new RolloutDesk(store, data.folder(), InstantSource.system());
      RolloutRecord record =
          desk.find(rollout).orElseThrow(() -> RolloutDesk.missing(Printable.text(rollout)));
      PrintWriter out = spec.commandLine().getOut();
      if (json) out.println(RolloutListing.json(RolloutListing.node(record)));
      else RolloutListing.text(record, out);
      out.flush();
      return 0;
    }
  }
}
