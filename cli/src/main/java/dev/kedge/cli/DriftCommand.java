package dev.kedge.cli;

import dev.kedge.drift.AnswerSet;
import dev.kedge.drift.Drift;
import dev.kedge.drift.DriftInput;
import dev.kedge.drift.DriftPage;
import dev.kedge.drift.DriftReport;
import dev.kedge.drift.DriftText;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge drift}. */
@Command(
    name = "drift",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Say what changed in the words of the answers from one version to the next: disclaimers,"
          + " apologies, refusals, languages, numbers, citations, JSON keys, form and length, and"
          + " any phrase that was lost or added beyond chance.",
      "OLD and NEW are runs (kedge eval run) or files of answers, one line each:"
          + " {\"id\":\"c1\",\"answer\":\"…\"}, with \"input\", \"group\" and \"tags\" if you"
          + " like.",
      "Exit code: 0 nothing changed beyond chance, 1 something did."
    },
    footer = {
      "",
      "Example: kedge drift 20261123T101500-old 20261123T102000-new --data pilot --html"
          + " wording.html",
      "         kedge drift old.jsonl new.jsonl --again old-asked-again.jsonl"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DriftCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(index = "0", paramLabel = "OLD", description = "A run's id, or a file of answers.")
  private String old;

  @Parameters(index = "1", paramLabel = "NEW", description = "The same of the new version.")
  private String fresh;

  @Option(
      names = "--again",
      paramLabel = "OLD",
      description =
          "The old version asked once more: what it does to itself is shown beside, and other"
              + " numbers, citations and keys are tested against it.")
  private Optional<String> again;

  @Option(names = "--html", paramLabel = "FILE", description = "Write the page, with examples.")
  private Optional<Path> html;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "50",
      description = "So many cases on the page, those that changed most (${DEFAULT-VALUE}).")
  private int examples;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (examples < 0 || examples > Drift.MOST_EXAMPLES) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--examples is from 0 to " + Drift.MOST_EXAMPLES);
    }
    Optional<AnswerSet> second =
        again.isPresent() ? Optional.of(read(again.get())) : Optional.empty();
    DriftInput input = AnswerSet.compare(read(old), read(fresh), second);
    DriftReport report = new Drift().report(input);
    DriftPage page = new DriftPage(report, input);
    if (html.isPresent()) WholeFile.write(html.get(), page.html(examples));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(page.json());
    } else {
      new DriftText(report).text().lines().map(Printable::text).forEach(out::println);
      html.ifPresent(file -> out.println("\nReport: " + file));
    }
    out.flush();
    return report.changed() ? 1 : 0;
  }

  private AnswerSet read(String name) throws IOException {
    Path file = Path.of(name);
    if (Files.isRegularFile(file)) return AnswerSet.of(file);
    RunFolder run = RunFolder.of(data.folder(), name);
    if (run.exists()) return AnswerSet.of(run);
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "'" + name + "' is neither a file of answers nor a run in " + data.folder());
  }
}
