package dev.kedge.cli;

import dev.kedge.label.LabelSheets;
import dev.kedge.report.WholeFile;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge label sheet}. */
@Command(
    name = "sheet",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Write what a person has to label as JSON lines to fill in, for work without the console.",
      "Fill 'label', or 'skip' with a reason; 'comment' if there is something to say. With"
          + " --disputes the sheet holds what people disagreed on, with their labels: fill"
          + " 'decision' (or 'drop': true) and 'reason'. Then: kedge label import."
    },
    footer = {"", "Example: kedge label sheet intents --as ann --out ann.jsonl"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelSheetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LabelOption label;

  @Parameters(paramLabel = "PROJECT", description = "The project's name.")
  private String name;

  @Option(names = "--as", required = true, paramLabel = "PERSON", description = "For whom.")
  private String person;

  @Option(names = "--disputes", description = "What is to be decided instead.")
  private boolean disputes;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write a file, which appears whole or not at all, instead of standard output.")
  private Optional<Path> file;

  @Override
  public Integer call() throws IOException {
    List<String> lines;
    try (Store store = label.openStore()) {
      LabelSheets sheets = new LabelSheets(label.labelling(store));
      lines = disputes ? sheets.disputes(name, person) : sheets.open(name, person);
    }
    if (file.isPresent()) {
      WholeFile.write(file.get(), String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
      spec.commandLine().getErr().println(lines.size() + " items in " + file.get());
    } else {
      PrintWriter out = spec.commandLine().getOut();
      lines.forEach(out::println);
      out.flush();
    }
    return 0;
  }
}
