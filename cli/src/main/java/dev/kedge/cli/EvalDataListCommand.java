package dev.kedge.cli;

import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.score.JsonText;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge eval data list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "List the datasets with their versions.",
    footer = {"", "Example: kedge eval data list"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalDataListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<DatasetVersion> all;
    try (Store store = data.openStore()) {
      all = data.datasets(store).list();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) out.println(json(all));
    else table(all).print(out);
    out.flush();
    return 0;
  }

  private static TextTable table(List<DatasetVersion> all) {
    TextTable table = new TextTable(4);
    table.row(List.of("DATASET", "DIGEST", "MADE BY", "CREATED", "EXAMPLES", "LABELLED"));
    for (DatasetVersion version : all) {
      table.row(
          List.of(
              version.reference(),
              version.sha256().substring(0, 12),
              version.made().path("by").asString("-"),
              version.created().toString(),
              String.format(Locale.ROOT, "%,d", version.examples()),
              String.format(Locale.ROOT, "%,d", version.labelled())));
    }
    return table;
  }

  private static String json(List<DatasetVersion> all) {
    ArrayNode list = JsonText.STRICT.createArrayNode();
    for (DatasetVersion version : all) {
      ObjectNode node = list.addObject();
      node.put("name", version.name()).put("version", version.version());
      node.put("sha256", version.sha256());
      node.put("examples", version.examples()).put("labelled", version.labelled());
      version.parent().ifPresent(parent -> node.put("parent", parent));
      node.put("created", version.created().toString());
      node.set("made", version.made());
    }
    return JsonText.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(list);
  }
}
