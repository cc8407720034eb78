package dev.kedge.pilot;

import dev.kedge.config.TaskFile;
import dev.kedge.cost.CostComparison;
import dev.kedge.cost.Measured;
import dev.kedge.engine.quantize.BuildLog;
import dev.kedge.engine.quantize.ModelQuantizer;
import dev.kedge.engine.quantize.QuantizeOptions;
import dev.kedge.engine.quantize.TypeMix;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.eval.Evaluation;
import dev.kedge.eval.Rate;
import dev.kedge.eval.Summary;
import dev.kedge.load.LoadResult;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One pilot from the model file to the reports. For one thread. */
public final class Pilot {
  static final int STEPS = 7;

  private final PilotOptions options;
  private final PilotInputs inputs;
  private final TaskFile task;
  private final Console console;
  private final StepStore store;

  private Pilot(PilotOptions options, PilotInputs inputs, Console console) {
    this.options = options;
    this.inputs = inputs;
    this.task = inputs.task();
    this.console = console;
    this.store = new StepStore(options.out().resolve("state"), options.fresh());
  }

  /**
   * Runs all steps; those whose results are still valid are not run again.
   *
   * @throws dev.kedge.base.KedgeException if the task folder is incomplete or the model is not the
   *     one that the task names
   * @throws InterruptedException if the thread is interrupted; only whole files are left
   */
  public static PilotResult run(PilotOptions options, ModelHost host, Console console)
      throws IOException, InterruptedException {
    return new Pilot(options, PilotInputs.read(options), console).run(host);
  }

  private PilotResult run(ModelHost host) throws IOException, InterruptedException {
    ModelFacts original = verify();
    FileType type = fourBits();
    String name = task.name() + "-" + type.name().toLowerCase(Locale.ROOT) + ".gguf";
    Path smallFile = options.out().resolve("model").resolve(name);
    ModelFacts small = quantize(original, type, smallFile);
    Machine machine = Machine.here();
    try (ServerSlot slot = new ServerSlot(host, options.port())) {
      PilotRuns runs = new PilotRuns(inputs, store, slot, console, options.version(), machine);
      runs.serve(small, smallFile);
      console.step(4, STEPS, "Evaluate");
      Evaluation smallRun = runs.evaluate("evaluate-4-bit", "4-bit", small, smallFile);
      Evaluation fullRun =
          runs.evaluate(
              "evaluate-original", original.weights() + " (as given)", original, inputs.model());
      LoadResult load = runs.load(small, smallFile);
      Measured measured = measured(smallRun);
      CostComparison cost = cost(measured);
      return report(
          new PilotResult(
              task,
              original,
              small,
              inputs.tasksModel(),
              fullRun,
              smallRun,
              load,
              measured,
              cost,
              Decision.of(findings(smallRun.summary(), load), cost),
              machine,
              runs.arithmetic(),
              options.version(),
              options.command(),
              options.clock().instant(),
              List.of(options.out().resolve("report.html"), options.out().resolve("report.json"))));
    }
  }

  private ModelFacts verify() throws IOException, InterruptedException {
    console.step(1, STEPS, "Verify");
    long bytes = Files.size(inputs.model());
    ModelFacts facts =
        ModelFacts.of(inputs.model(), done -> console.update(done, bytes, "reading the model"));
    if (inputs.tasksModel()) facts.mustBe(task.model().sha256(), inputs.model());
    console.done(
        facts.file()
            + ", sha256 "
            + facts.sha256().substring(0, 12)
            + (inputs.tasksModel() ? " as the task names it" : " recorded; not the task's model"));
    return facts;
  }

  private FileType fourBits() throws IOException {
    try (GgufFile file = GgufFile.open(inputs.model())) {
      return TypeMix.fourBits(file.tensors());
    }
  }

  private ModelFacts quantize(ModelFacts original, FileType type, Path target)
      throws IOException, InterruptedException {
    console.step(2, STEPS, "Quantize to 4 bit");
    String key =
        StepStore.key(List.of("quantize", options.version(), original.sha256(), type.name()));
    Optional<ModelFacts> stored = store.find("quantize", key, ModelFacts.class);
    if (stored.isPresent()
        && Files.isRegularFile(target)
        && ModelFacts.digest(target, done -> {}).equals(stored.get().sha256())) {
      console.done("reused " + target);
      return stored.get();
    }
    Files.createDirectories(target.getParent());
    QuantizeOptions how =
        new QuantizeOptions(
            type,
            false,
            false,
            true,
            Runtime.getRuntime().availableProcessors(),
            options.version());
    BuildLog log =
        ModelQuantizer.quantize(
            inputs.model(), target, how, (step, done, total) -> console.update(done, total, step));
    ModelFacts facts = ModelFacts.of(target, done -> {});
    store.put("quantize", key, facts);
    console.done(
        String.format(
            Locale.ROOT,
            "%.1f MB instead of %.1f MB",
            log.output().bytes() / 1e6,
            original.bytes() / 1e6));
    return facts;
  }

  /** Throughput is that of the evaluation, which keeps the model busy all the time. */
  private static Measured measured(Evaluation run) {
    Summary summary = run.summary();
    double answered = Math.max(1, run.cases().size() - summary.failedCalls());
    return new Measured(
        summary.promptTokens().mean(),
        summary.completionTokens().mean(),
        answered / Math.max(1e-9, run.duration().toNanos() / 1e9),
        "evaluation of the 4-bit model on this machine, " + PilotRuns.CONCURRENCY + " at a time");
  }

  private CostComparison cost(Measured measured) {
    console.step(6, STEPS, "Cost");
    CostComparison cost = CostComparison.of(task.cost(), inputs.prices(), measured);
    console.done(
        "API "
            + cost.api().text(" " + cost.currency())
            + ", own "
            + cost.own().text(" " + cost.currency())
            + " per month");
    return cost;
  }

  private List<Finding> findings(Summary summary, LoadResult load) {
    TaskFile.Targets targets = task.targets();
    return List.of(
        new Finding("Exactly right answers", targets.exactMatch(), summary.exact(), ""),
        new Finding("Valid answers", targets.validJson(), summary.schema(), ""),
        onTime(
            "Whole answers", targets.latencyP90Ms(), load.totalInTime(), load, load.total().p90()),
        onTime(
            "First tokens",
            targets.firstTokenP90Ms(),
            load.firstTokenInTime(),
            load,
            load.firstToken().p90()));
  }

  private static Finding onTime(
      String what, double limit, long inTime, LoadResult load, double p90) {
    return new Finding(
        String.format(Locale.ROOT, "%s within %.0f ms under load", what, limit),
        0.9,
        new Rate(inTime, load.sent()),
        String.format(Locale.ROOT, "p90 of the answered ones: %.0f ms", p90));
  }

  private PilotResult report(PilotResult result) throws IOException {
    console.step(7, STEPS, "Report");
    WholeFile.write(result.reports().get(0), new PilotPage(result).html());
    WholeFile.write(result.reports().get(1), PilotJson.text(result));
    console.done(result.reports().getFirst().toString());
    return result;
  }
}
