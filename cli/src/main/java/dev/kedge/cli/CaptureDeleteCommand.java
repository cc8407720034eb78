package dev.kedge.cli;

import dev.kedge.usage.capture.CaptureFolder;
import java.io.IOException;
import java.io.PrintWriter;
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

/** {@code kedge capture delete}. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Delete a task's exchanges: all, those before a time, or single ones by the request's id.",
      "An exchange is in a file a second or two after its answer; what is on its way there is not"
          + " deleted."
    },
    footer = {
      "",
      "Example: kedge capture delete --task order-desk --before 2026-11-01",
      "         kedge capture delete --task order-desk --id chatcmpl-81c2f0"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CaptureDeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private FolderOption data;
  @Mixin private CaptureOption capture;

  @Option(names = "--task", required = true, paramLabel = "NAME", description = "Of this task.")
  private String task;

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Option(
      names = "--before",
      paramLabel = "TIME",
      converter = Moments.class,
      description = "Requests before this time, a day or an instant in UTC.")
  private Optional<Instant> before;

  @Option(names = "--id", paramLabel = "ID", description = "This request; may be repeated.")
  private List<String> ids = List.of();

  @Option(names = "--json", description = "Print JSON instead of a sentence.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    int ways = (all ? 1 : 0) + (before.isPresent() ? 1 : 0) + (ids.isEmpty() ? 0 : 1);
    if (ways != 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "say which: one of --all, --before TIME, --id ID");
    }
    CaptureFolder folder = capture.open(data.folder(), task);
    long deleted =
        folder.delete(task, new CapturedLines(Optional.empty(), before, Optional.empty(), ids));
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? "{\"deleted\": " + deleted + "}" : "deleted: " + deleted);
    out.flush();
    return 0;
  }
}
