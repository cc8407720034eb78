package dev.kedge.cli;

import dev.kedge.eval.data.DatasetDiff;
import dev.kedge.eval.data.Datasets;
import dev.kedge.eval.score.JsonText;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge eval data diff}. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Say which examples one version has and another lacks, and which changed, by id.",
      "Exit code: 0 the same, 1 different."
    },
    footer = {"", "Example: kedge eval data diff order-desk@1 order-desk@2"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalDataDiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(index = "0", paramLabel = "FIRST", description = "NAME or NAME@NUMBER.")
  private String first;

  @Parameters(index = "1", paramLabel = "SECOND", description = "NAME or NAME@NUMBER.")
  private String second;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    DatasetDiff diff;
    try (Store store = data.openStore()) {
      Datasets datasets = data.datasets(store);
      diff =
          DatasetDiff.of(datasets.read(datasets.find(first)), datasets.read(datasets.find(second)));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) out.println(json(diff));
    else print(diff, out);
    out.flush();
    boolean same = diff.added().isEmpty() && diff.removed().isEmpty() && diff.changed().isEmpty();
    return same ? 0 : 1;
  }

  private static void print(DatasetDiff diff, PrintWriter out) {
    diff.removed().forEach(id -> out.println("- " + Printable.text(id)));
    diff.added().forEach(id -> out.println("+ " + Printable.text(id)));
    diff.changed()
        .forEach(change ->
            out.println(
                "~ " + Printable.text(change.id()) + "  " + String.join(", ", change.fields())));
    out.println(
        diff.removed().size()
            + " removed, "
            + diff.added().size()
            + " added, "
            + diff.changed().size()
            + " changed, "
            + diff.unchanged()
            + " the same");
  }

  private static String json(DatasetDiff diff) {
    ObjectNode node = JsonText.STRICT.createObjectNode();
    diff.removed().forEach(node.putArray("removed")::add);
    diff.added().forEach(node.putArray("added")::add);
    var changed = node.putArray("changed");
    for (DatasetDiff.Change change : diff.changed()) {
      ObjectNode one = changed.addObject().put("id", change.id());
      change.fields().forEach(one.putArray("fields")::add);
    }
    node.put("unchanged", diff.unchanged());
    return JsonText.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(node);
  }
}
