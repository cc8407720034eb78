package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.label.LabelSheets;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge label import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Take a person's filled sheet. Lines without label, skip or decision are left for later; the"
          + " same sheet may be taken again.",
      "Exit code: 0 every filled line was taken, 1 some were refused; those are told by line."
    },
    footer = {"", "Example: kedge label import intents --as ann ann.jsonl"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelImportCommand implements Callable<Integer> {
  private static final long LARGEST_BYTES = 256 << 20;

  @Spec private CommandSpec spec;
  @Mixin private LabelOption label;

  @Parameters(index = "0", paramLabel = "PROJECT", description = "The project's name.")
  private String name;

  @Parameters(index = "1", paramLabel = "FILE", description = "The sheet, JSON lines.")
  private Path file;

  @Option(names = "--as", required = true, paramLabel = "PERSON", description = "Whose it is.")
  private String person;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw KedgeException.invalid(file + ": larger than 256 MiB");
    }
    List<String> lines = Files.readAllLines(file);
    LabelSheets.Taken taken;
    try (Store store = label.openStore()) {
      taken = new LabelSheets(label.labelling(store)).take(name, person, lines);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          "{\"labels\": "
              + taken.labels()
              + ", \"skips\": "
              + taken.skips()
              + ", \"decisions\": "
              + taken.decisions()
              + ", \"refused\": "
              + taken.refused().size()
              + "}");
    } else {
      out.println(
          taken.labels()
              + " labels, "
              + taken.skips()
              + " skips, "
              + taken.decisions()
              + " decisions taken");
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    taken.refused().forEach(line -> err.println(Printable.text(file + ":" + line, 500)));
    return taken.refused().isEmpty() ? 0 : 1;
  }
}
