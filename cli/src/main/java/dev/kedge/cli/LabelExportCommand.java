package dev.kedge.cli;

import dev.kedge.eval.data.DatasetVersion;
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

/** {@code kedge label export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Make the final labels a new version of the project's dataset, where they are 'expected'.",
    footer = {
      "",
      "Example: kedge label export intents",
      "         kedge eval data export support --out holdout.jsonl"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LabelOption label;

  @Parameters(paramLabel = "PROJECT", description = "The project's name.")
  private String name;

  @Option(names = "--partial", description = "Leave out items without a final label.")
  private boolean partial;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    DatasetVersion version;
    try (Store store = label.openStore()) {
      version = label.datasets(store).publish(name, partial);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        json
            ? "{\"dataset\": \""
                + version.reference()
                + "\", \"sha256\": \""
                + version.sha256()
                + "\", \"examples\": "
                + version.examples()
                + "}"
            : version.reference()
                + ": "
                + version.examples()
                + " labelled examples\nNext: kedge eval run TASK --dataset "
                + version.reference()
                + label.again());
    out.flush();
    return 0;
  }
}
