package dev.kedge.cli;

import dev.kedge.config.TaskFile;
import dev.kedge.eval.run.Asking;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.run.JsonLinesSource;
import dev.kedge.eval.run.JudgeMetric;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunPlan;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.Metric;
import dev.kedge.eval.score.Metrics;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
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

/** {@code kedge eval run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Run a task's metrics over its labelled cases and keep every case.",
      "Answers are kept as they come: the same command after Ctrl-C, a crash or kill goes on where"
          + " it was, and never asks again what was answered. The run lies in runs/ID of the data"
          + " folder, with manifest.json, cases.jsonl and report.html, and is listed in the store.",
      "Exit code: 0 the targets of the task are reached, 1 one is missed."
    },
    footer = {
      "",
      "Example: kedge eval run examples/order-desk --data pilot",
      "         kedge eval run my-task --model http://host:8000/v1#name --concurrency 64 --data d",
      "         kedge eval run my-task --dataset desk@2 --config kedge.yaml --model gateway:desk"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalRunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private EvalRunOptions options;

  @Parameters(paramLabel = "TASK", description = "A task folder, or its task.yaml.")
  private Path task;

  @Option(
      names = "--dataset",
      paramLabel = "NAME[@N]",
      description = "A dataset of the data folder instead of the task's holdout.")
  private Optional<String> dataset;

  @Override
  public Integer call() throws IOException {
    TaskFile file = TaskFile.read(task);
    Path folder = TaskFile.folder(task);
    CaseSource source = options.limited(source(file, folder));
    try (Interruption _ = Interruption.ofThisThread()) {
      List<Metric> metrics = Metrics.of(file, folder, this::judge);
      String own = folder.resolve(file.model().file()).toString();
      try (Target target = options.open(options.model(Optional.of(own)))) {
        Asking asking =
            new Asking(
                file.system(),
                file.generation().maxTokens(),
                file.generation().temperature(),
                Asking.Mode.CHAT,
                options.attempt());
        if (options.plain()) asking = asking.plain();
        RunPlan plan =
            new RunPlan(
                file.name(), source, asking, metrics, options.concurrency(), Version.current());
        RunManifest run = options.run(plan, target);
        options.show(run, spec.commandLine().getOut());
        return missed(file, run) ? 1 : 0;
      } finally {
        for (Metric metric : metrics) if (metric instanceof JudgeMetric judge) judge.close();
      }
    } catch (InterruptedException | ClosedByInterruptException | InterruptedIOException e) {
      System.err.println(
          "kedge: interrupted; answers so far are kept, the same command goes on from there");
      return Interruption.CODE;
    }
  }

  private CaseSource source(TaskFile file, Path folder) throws IOException {
    if (dataset.isEmpty()) return JsonLinesSource.of(folder.resolve(file.holdout()));
    try (Store store = options.data().openStore()) {
      return options.data().cases(store, dataset.get());
    }
  }

  private Metric judge(String name, String model, String rubric, Path human) throws IOException {
    return EvalTargets.judge(
        name, options.open(model), rubric, human, options.folder(), options.concurrency());
  }

  private static boolean missed(TaskFile file, RunManifest run) {
    return below(run, "exact", file.targets().exactMatch())
        || below(run, "json.schema", file.targets().validJson());
  }

  private static boolean below(RunManifest run, String figure, double target) {
    return run.figure(figure).filter(found -> found.value() < target).isPresent();
  }
}
