package dev.kedge.cli;

import dev.kedge.engine.weights.ByteCount;
import dev.kedge.usage.capture.CaptureFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge capture list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "List the tasks of which exchanges are kept, with their number, size and age.",
    footer = {"", "Example: kedge capture list"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CaptureListCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  @Spec private CommandSpec spec;
  @Mixin private FolderOption data;
  @Mixin private CaptureOption capture;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    CaptureFolder folder = capture.open(data.folder());
    List<CaptureFolder.Kept> all = new ArrayList<>();
    for (String task : folder.tasks()) all.add(folder.kept(task));
    PrintWriter out = spec.commandLine().getOut();
    if (json) out.println(json(all));
    else table(all).print(out);
    out.flush();
    return 0;
  }

  private static TextTable table(List<CaptureFolder.Kept> all) {
    TextTable table = new TextTable(1);
    table.row(List.of("TASK", "EXCHANGES", "SIZE", "SINCE"));
    for (CaptureFolder.Kept kept : all) {
      table.row(
          List.of(
              kept.task(),
              String.format(Locale.ROOT, "%,d", kept.exchanges()),
              ByteCount.text(kept.bytes()),
              kept.oldest().map(CaptureListCommand::second).orElse("-")));
    }
    return table;
  }

  private static String second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String json(List<CaptureFolder.Kept> all) {
    ArrayNode tasks = JSON.createArrayNode();
    for (CaptureFolder.Kept kept : all) {
      ObjectNode task = tasks.addObject();
      task.put("task", kept.task()).put("exchanges", kept.exchanges()).put("bytes", kept.bytes());
      kept.oldest().ifPresent(time -> task.put("since", time.toString()));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tasks);
  }
}
