package dev.kedge.cli;

import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutRecord;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all commands share that decide about a rollout. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutActing {
  @Mixin private DataOption data;

  @Parameters(paramLabel = "ROLLOUT", description = "Its id, or the model: then its latest one.")
  private String rollout;

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
  private String reason;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description =
          "Who decides (without it the user of this account). The evidence says that the name was"
              + " given on a command line.")
  private Optional<String> person;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  int act(CommandLine line, RolloutDesk.Action action) throws IOException {
    try (Store store = data.openStore()) {
      RolloutDesk desk = new RolloutDesk(store, data.folder(), InstantSource.system());
      RolloutDesk.Who who = new RolloutDesk.Who(Person.named(person), Person.via());
      RolloutRecord record = desk.act(rollout, action, who, reason);
      PrintWriter out = line.getOut();
      if (json) {
        out.println(RolloutListing.json(RolloutListing.node(record)));
      } else {
        out.println(
            record.id()
                + ": "
                + RolloutListing.state(record)
                + ", "
                + RolloutListing.stage(record)
                + "; a running gateway follows within a second");
        out.println("Evidence: " + desk.evidenceFile(record.events().getLast()));
      }
      out.flush();
      return 0;
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(line, String.valueOf(e.getMessage()));
    }
  }
}
