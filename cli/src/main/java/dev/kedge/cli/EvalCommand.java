package dev.kedge.cli;

import dev.kedge.config.TaskFile;
import dev.kedge.eval.Dataset;
import dev.kedge.eval.EndpointAnswerer;
import dev.kedge.eval.Evaluation;
import dev.kedge.eval.EvaluationReport;
import dev.kedge.eval.Scorer;
import dev.kedge.eval.Summary;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge eval}. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Score one or two models on a task's labelled cases.",
      "Every rate comes with its 95 %% interval and n; two models are compared case by case with"
          + " McNemar's exact test, beside the smallest difference that these cases could show.",
      "Exit code: 0 the last model reaches the task's targets, 1 it misses one."
    },
    footer = {
      "",
      "Example: kedge eval examples/order-desk --model old.gguf --model new.gguf --out results",
      "         KEDGE_API_KEY=... kedge eval my-task --model https://host/v1#model-name"
    },
    subcommands = {
      EvalDataCommand.class,
      EvalFilterCommand.class,
      EvalHoldoutCommand.class,
      EvalRunCommand.class
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /* Optional to picocli only: commands below this one have no task. */
  @Parameters(arity = "0..1", paramLabel = "TASK", description = "A task folder, or its task.yaml.")
  private Optional<Path> taskPath;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = {
        "A GGUF file, or the address of an OpenAI-compatible server, with #NAME for one of its"
            + " models. Once or twice; without it the task's own model.",
        "KEDGE_API_KEY holds the key for servers that want one."
      })
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "8",
      description = "Cases asked at the same time (${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write evaluation.json and evaluation.html, with every wrong answer, to DIR.")
  private Optional<Path> out;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Path task = taskPath.orElseThrow(() -> misuse("the TASK to evaluate is missing"));
    if (models.size() > 2) throw misuse("--model may stand once or twice");
    if (concurrency < 1 || concurrency > 1000) throw misuse("--concurrency is from 1 to 1000");
    TaskFile file = TaskFile.read(task);
    Path folder = TaskFile.folder(task);
    Dataset dataset = Dataset.read(folder.resolve(file.holdout()));
    Scorer scorer = Scorer.of(file, folder);
    scorer.checkLabels(dataset);
    List<String> asked =
        models.isEmpty() ? List.of(folder.resolve(file.model().file()).toString()) : models;
    try (Interruption _ = Interruption.ofThisThread()) {
      List<Evaluation> runs = new ArrayList<>();
      for (String model : asked) runs.add(evaluate(model, file, dataset, scorer));
      EvaluationReport report = new EvaluationReport(runs);
      show(report);
      return missed(file, runs.getLast().summary()) ? 1 : 0;
    } catch (InterruptedException | ClosedByInterruptException e) {
      System.err.println("kedge: interrupted");
      return Interruption.CODE;
    }
  }

  private Evaluation evaluate(String model, TaskFile file, Dataset dataset, Scorer scorer)
      throws IOException, InterruptedException {
    try (Answering answering = Answering.open(model);
        ProgressBar bar = new ProgressBar("Evaluating")) {
      Evaluation run =
          Evaluation.run(
              answering.label(),
              "",
              dataset,
              scorer,
              new EndpointAnswerer(answering.client(), file),
              concurrency,
              (done, total, right) -> {
                synchronized (bar) {
                  bar.update(done, total, done + " answered, " + right + " right so far");
                }
              });
      bar.done(Printable.text(answering.label()));
      return run;
    }
  }

  private void show(EvaluationReport report) throws IOException {
    String text =
        new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report.toMap());
    PrintWriter printer = spec.commandLine().getOut();
    printer.println(json ? text : report.table());
    printer.flush();
    if (out.isEmpty()) return;
    WholeFile.write(out.get().resolve("evaluation.json"), text + "\n");
    WholeFile.write(out.get().resolve("evaluation.html"), report.html());
    if (!json) printer.println("Every wrong answer: " + out.get().resolve("evaluation.html"));
    printer.flush();
  }

  private static boolean missed(TaskFile file, Summary summary) {
    return summary.exact().value() < file.targets().exactMatch()
        || summary.schema().value() < file.targets().validJson();
  }

  private CommandLine.ParameterException misuse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
