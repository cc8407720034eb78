package dev.kedge.cli;

import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.data.Datasets;
import dev.kedge.eval.data.Entry;
import dev.kedge.eval.score.JsonText;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge eval data show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Show how a version was made, and its first examples; its digest is checked.",
    footer = {"", "Example: kedge eval data show order-desk@1 --first 20"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalDataShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(paramLabel = "DATASET", description = "NAME for the latest version, or NAME@NUMBER.")
  private String reference;

  @Option(
      names = "--first",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many examples (${DEFAULT-VALUE}).")
  private int first;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = data.openStore()) {
      Datasets datasets = data.datasets(store);
      DatasetVersion version = datasets.find(reference);
      List<Entry> entries = datasets.read(version).stream().limit(Math.max(0, first)).toList();
      if (json) out.println(json(version, entries));
      else print(version, entries, out);
    }
    out.flush();
    return 0;
  }

  private static void print(DatasetVersion version, List<Entry> entries, PrintWriter out) {
    out.println(version.reference() + "  sha256 " + version.sha256());
    out.println(
        version.examples()
            + " examples, "
            + version.labelled()
            + " labelled, made "
            + version.created()
            + version.parent().map(parent -> " from version " + parent).orElse(""));
    out.println(
        JsonText.STRICT
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(version.made())
            .lines()
            .map(Printable::text)
            .limit(40)
            .reduce("", (all, line) -> all + line + "\n"));
    for (Entry entry : entries) out.println(Printable.text(entry.line(), 400));
  }

  private static String json(DatasetVersion version, List<Entry> entries) {
    ObjectNode node = JsonText.STRICT.createObjectNode();
    node.put("name", version.name()).put("version", version.version());
    node.put("sha256", version.sha256());
    node.put("examples", version.examples()).put("labelled", version.labelled());
    version.parent().ifPresent(parent -> node.put("parent", parent));
    node.put("created", version.created().toString());
    node.set("made", version.made());
    entries.forEach(entry -> node.withArray("first").add(JsonText.STRICT.readTree(entry.line())));
    return JsonText.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(node);
  }
}
