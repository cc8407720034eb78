package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.TaskFile;
import dev.kedge.cost.CostComparison;
import dev.kedge.cost.CostReport;
import dev.kedge.cost.Measured;
import dev.kedge.cost.PriceBook;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge cost}. */
@Command(
    name = "cost",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Compare what a task costs per month on a commercial API and on a machine of your own.",
      "Tokens and throughput come from a pilot's report.json, or from the three options together;"
          + " prices from the price book; the rest from the task file. Every input is shown with"
          + " its source."
    },
    footer = {
      "",
      "Example: kedge cost examples/order-desk --report kedge-pilot/order-desk/report.json",
      "         kedge cost --print-prices > prices.yaml"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CostCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "TASK", arity = "0..1", description = "A task folder, or its task.yaml.")
  private Optional<Path> task;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "A pilot's report.json, for the measured tokens and throughput.")
  private Optional<Path> report;

  @Option(
      names = "--answers-per-second",
      paramLabel = "X",
      description = "Answers per second that one machine sustains.")
  private Optional<Double> answersPerSecond;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "Tokens of a request, without the API model's instructions.")
  private Optional<Double> promptTokens;

  @Option(names = "--completion-tokens", paramLabel = "N", description = "Tokens of an answer.")
  private Optional<Double> completionTokens;

  @Option(
      names = "--print-prices",
      description = "Print the price book that comes with Kedge, to start your own from.")
  private boolean printPrices;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (printPrices) {
      out.print(PriceBook.bundledText());
    } else {
      Path named = task.orElseThrow(() -> misuse("a task is missing (or --print-prices)"));
      TaskFile file = TaskFile.read(named);
      Path folder = TaskFile.folder(named);
      CostComparison comparison =
          CostComparison.of(file.cost(), PriceBook.of(file.cost(), folder), measured());
      out.println(
          json
              ? new JsonMapper()
                  .writerWithDefaultPrettyPrinter()
                  .writeValueAsString(comparison.toMap())
              : new CostReport(comparison).table());
    }
    out.flush();
    return 0;
  }

  private Measured measured() throws IOException {
    if (report.isPresent()) return fromReport(report.get());
    if (answersPerSecond.isEmpty() || promptTokens.isEmpty() || completionTokens.isEmpty()) {
      throw misuse(
          "give --report, or --answers-per-second, --prompt-tokens and --completion-tokens");
    }
    try {
      return new Measured(
          promptTokens.get(), completionTokens.get(), answersPerSecond.get(), "command line");
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private static Measured fromReport(Path file) throws IOException {
    try {
      JsonNode measured = new JsonMapper().readTree(Files.readString(file)).path("measured");
      return new Measured(
          measured.path("promptTokens").doubleValue(),
          measured.path("completionTokens").doubleValue(),
          measured.path("answersPerSecond").doubleValue(),
          measured.path("source").stringValue());
    } catch (JacksonException | IllegalArgumentException e) {
      throw KedgeException.invalid(
          file + " is not a pilot's report.json; kedge pilot TASK writes one");
    }
  }

  private CommandLine.ParameterException misuse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
