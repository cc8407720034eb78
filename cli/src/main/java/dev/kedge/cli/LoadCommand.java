package dev.kedge.cli;

import dev.kedge.backend.OpenAiClient.Question;
import dev.kedge.config.TaskFile.Arrivals;
import dev.kedge.eval.Prompts;
import dev.kedge.load.LoadPlan;
import dev.kedge.load.LoadReport;
import dev.kedge.load.LoadResult;
import dev.kedge.load.LoadTest;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge load}. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Send requests to any OpenAI-compatible server at a fixed rate, whether it keeps up or not.",
      "Times count from the moment at which a request was due, so that a server that stalls cannot"
          + " hide it. Percentiles are those of answered requests; failures are counted by kind.",
      "KEDGE_API_KEY holds the key for servers that want one. Exit code: 0 some request was"
          + " answered, 1 none was."
    },
    footer = {
      "",
      "Example: kedge load http://127.0.0.1:8080/v1 --rate 4 --duration 20s --max-tokens 100"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LoadCommand implements Callable<Integer> {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h)?");

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "URL",
      description = "Address of the server, with #NAME for one of its models.")
  private String url;

  @Option(
      names = "--rate",
      required = true,
      paramLabel = "R",
      description = "Requests per second on average.")
  private double rate;

  @Option(
      names = "--duration",
      required = true,
      paramLabel = "D",
      description = "How long requests are sent: 500ms, 20s, 5m, 1h.")
  private String duration;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The server's name of the model; by default its first one.")
  private String model;

  @Option(
      names = "--arrivals",
      paramLabel = "KIND",
      defaultValue = "poisson",
      description = "poisson, as independent customers come, or constant (${DEFAULT-VALUE}).")
  private Arrivals arrivals;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "JSON lines with an \"input\" each, such as a holdout; asked in turn.")
  private Optional<Path> prompts;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      defaultValue = "Say in two sentences what an anchor is for.",
      description = "One question for every request (\"${DEFAULT-VALUE}\").")
  private String prompt;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "128",
      description = "Longest answer (${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the Poisson arrivals (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--first-token-limit",
      paramLabel = "MS",
      defaultValue = "1000",
      description = "A good answer begins within this time (${DEFAULT-VALUE}).")
  private double firstTokenLimit;

  @Option(
      names = "--between-tokens-limit",
      paramLabel = "MS",
      defaultValue = "200",
      description = "A good answer's tokens come this close on average (${DEFAULT-VALUE}).")
  private double betweenTokensLimit;

  @Option(
      names = "--total-limit",
      paramLabel = "MS",
      defaultValue = "10000",
      description = "A good answer is complete within this time (${DEFAULT-VALUE}).")
  private double totalLimit;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write load.json and load.html to DIR.")
  private Optional<Path> out;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    LoadPlan plan = plan();
    try (Interruption _ = Interruption.ofThisThread();
        Answering server = Answering.at(url, model);
        ProgressBar bar = new ProgressBar("Load test")) {
      LoadResult result =
          LoadTest.run(
              plan,
              server.client(),
              (sent, planned, answered, failed) ->
                  bar.update(
                      answered + failed,
                      planned,
                      sent + " sent, " + answered + " answered, " + failed + " failed"));
      bar.done(result.answered() + " of " + result.sent() + " answered");
      show(new LoadReport(result));
      return result.answered() > 0 ? 0 : 1;
    } catch (InterruptedException e) {
      System.err.println("kedge: interrupted");
      return Interruption.CODE;
    }
  }

  private LoadPlan plan() throws IOException {
    List<String> texts = prompts.isPresent() ? Prompts.read(prompts.get()) : List.of(prompt);
    try {
      if (maxTokens < 1) throw new IllegalArgumentException("--max-tokens must be 1 or more");
      return new LoadPlan(
          rate,
          duration(duration),
          arrivals,
          seed,
          texts.stream().map(text -> Question.of("", text, maxTokens, 0)).toList(),
          new LoadPlan.Goal(
              millis(firstTokenLimit), millis(betweenTokensLimit), millis(totalLimit)));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Duration millis(double ms) {
    if (!(ms > 0 && ms < 1e9)) throw new IllegalArgumentException("a limit must be above 0 ms");
    return Duration.ofNanos(Math.round(ms * 1e6));
  }

  static Duration duration(String text) {
    Matcher parts = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--duration is a number with ms, s, m or h, such as 20s, not '" + text + "'");
    }
    double amount = Double.parseDouble(parts.group(1));
    String unit = parts.group(2) == null ? "s" : parts.group(2);
    double seconds =
        switch (unit) {
          case "ms" -> amount / 1000;
          case "m" -> amount * 60;
          case "h" -> amount * 3600;
          default -> amount;
        };
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private void show(LoadReport report) throws IOException {
    String text =
        new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report.toMap());
    PrintWriter printer = spec.commandLine().getOut();
    printer.println(json ? text : report.table());
    if (out.isPresent()) {
      WholeFile.write(out.get().resolve("load.json"), text + "\n");
      WholeFile.write(out.get().resolve("load.html"), report.html());
    }
    printer.flush();
  }
}
