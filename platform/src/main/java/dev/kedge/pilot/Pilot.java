package dev.kedge.pilot;

import dev.kedge.backend.OpenAiClient;
import dev.kedge.backend.OpenAiClient.Question;
import dev.kedge.config.TaskFile;
import dev.kedge.cost.CostComparison;
import dev.kedge.cost.Measured;
import dev.kedge.engine.weights.BuildLog;
import dev.kedge.engine.weights.ModelQuantizer;
import dev.kedge.engine.weights.QuantizeOptions;
import dev.kedge.engine.weights.TensorType;
import dev.kedge.eval.EndpointAnswerer;
import dev.kedge.eval.Evaluation;
import dev.kedge.eval.Example;
import dev.kedge.eval.Rate;
import dev.kedge.eval.Summary;
import dev.kedge.load.LoadPlan;
import dev.kedge.load.LoadResult;
import dev.kedge.load.LoadTest;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One pilot from the model file to the reports. For one thread. */
public final class Pilot implements AutoCloseable {
  private static final int STEPS = 7;
  private static final int CONCURRENCY = 8;
  private static final int LIVE_QUESTIONS = 3;
  private static final Duration LOAD_TIMEOUT_FACTOR = Duration.ofSeconds(60);

  private final PilotOptions options;
  private final PilotInputs inputs;
  private final TaskFile task;
  private final Console console;
  private final StepStore store;
  private final ServerSlot slot;
  private final Machine machine = Machine.here();

  private Pilot(PilotOptions options, PilotInputs inputs, ModelHost host, Console console) {
    this.options = options;
    this.inputs = inputs;
    this.task = inputs.task();
    this.console = console;
    this.store = new StepStore(options.out().resolve("state"), options.fresh());
    this.slot = new ServerSlot(host, options.port());
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
    PilotInputs inputs = PilotInputs.read(options);
    try (Pilot pilot = new Pilot(options, inputs, host, console)) {
      return pilot.run();
    }
  }

  @Override
  public void close() {
    slot.close();
  }

  private PilotResult run() throws IOException, InterruptedException {
    ModelFacts original = verify();
    Path small = options.out().resolve("model").resolve(task.name() + "-q4_0.gguf");
    ModelFacts quantized = quantize(original, small);
    String servedAs = task.name();
    List<String> smallKey = runKey(quantized);
    serve(small, servedAs, smallKey);
    console.step(4, STEPS, "Evaluate");
    String fullName = original.weights() + " (as given)";
    Evaluation smallRun = evaluate("evaluate-4-bit", "4-bit", quantized, small, servedAs);
    Evaluation fullRun =
        evaluate("evaluate-original", fullName, original, inputs.model(), servedAs);
    LoadResult load = load(small, servedAs, smallKey);
    CostComparison cost = cost(smallRun);
    Decision decision = Decision.of(findings(smallRun.summary(), load), cost);
    return report(
        new PilotResult(
            task,
            original,
            quantized,
            inputs.tasksModel(),
            fullRun,
            smallRun,
            load,
            cost,
            decision,
            machine,
            slot.arithmetic(),
            options.version(),
            options.command(),
            options.clock().instant(),
            List.of(
                options.out().resolve("report.html"), options.out().resolve("report.json"))));
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

  private ModelFacts quantize(ModelFacts original, Path target)
      throws IOException, InterruptedException {
    console.step(2, STEPS, "Quantize to 4 bit");
    String key = StepStore.key(List.of("quantize", options.version(), original.sha256()));
    Optional<ModelFacts> stored = store.find("quantize", key, ModelFacts.class);
    if (stored.isPresent() && Files.isRegularFile(target)) {
      ModelFacts found = ModelFacts.of(target, done -> {});
      if (found.equals(stored.get())) {
        console.done("reused " + target);
        return found;
      }
    }
    Files.createDirectories(target.getParent());
    QuantizeOptions how =
        new QuantizeOptions(
            TensorType.Q4_0, false, false, true, machine.cores(), options.version());
    BuildLog log =
        ModelQuantizer.quantize(
            inputs.model(),
            target,
            how,
            (step, done, total) -> console.update(done, total, step));
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

  /** What the result of asking a model depends on. */
  private List<String> runKey(ModelFacts model) {
    return List.of(
        options.version(),
        model.sha256(),
        inputs.dataset().sha256(),
        task.system(),
        task.generation().toString(),
        machine.toString());
  }

  private String evaluationKey(ModelFacts model) {
    return StepStore.key(runKey(model)) + ":evaluation:" + CONCURRENCY;
  }

  private LoadPlan loadPlan() {
    int tokens = task.load().maxTokens().orElse(task.generation().maxTokens());
    TaskFile.Targets targets = task.targets();
    return new LoadPlan(
        task.load().rate(),
        Duration.ofMillis(Math.round(1000 * task.load().seconds())),
        task.load().arrivals(),
        task.load().seed(),
        inputs.dataset().examples().stream()
            .map(e ->
                Question.of(task.system(), e.input(), tokens, task.generation().temperature()))
            .toList(),
        new LoadPlan.Goal(
            millis(targets.firstTokenP90Ms()), Duration.ofMinutes(10), millis(targets.latencyP90Ms())));
  }

  private static Duration millis(double ms) {
    return Duration.ofNanos(Math.round(ms * 1e6));
  }

  private String loadKey(List<String> runKey) {
    return StepStore.key(runKey) + ":" + StepStore.key(List.of(task.load().toString(), task.targets().toString()));
  }

  /** Starts the 4-bit model and shows it at work, unless nothing is left to ask of it. */
  private void serve(Path model, String name, List<String> key)
      throws IOException, InterruptedException {
    console.step(3, STEPS, "Serve");
    OpenAiClient client = slot.client(model, name);
    List<Example> examples = inputs.dataset().examples();
    for (int i = 0; i < Math.min(LIVE_QUESTIONS, examples.size()); i++) {
      Example example = examples.get(i);
      console.question(example.input());
      Question question =
          Question.of(
              task.system(),
              example.input(),
              task.generation().maxTokens(),
              task.generation().temperature());
      console.answered(
          switch (client.ask(question, console::piece)) {
            case OpenAiClient.Answered a ->
                String.format(
                    Locale.ROOT,
                    "%d ms, %d tokens%s",
                    a.total().toMillis(),
                    a.completionTokens(),
                    a.finish().equals("length") ? ", cut at the limit" : "");
            case OpenAiClient.Failed f -> "failed: " + f.kind() + ": " + f.message();
          });
    }
    console.done("4-bit model on loopback, " + slot.arithmetic());
  }

  private Evaluation evaluate(String step, String label, ModelFacts facts, Path file, String name)
      throws IOException, InterruptedException {
    String key = evaluationKey(facts);
    int cases = inputs.dataset().examples().size();
    Optional<Tried> stored =
        store.find(step, key, Tried.class).filter(tried -> tried.answers().size() == cases);
    Evaluation run;
    if (stored.isPresent()) {
      run = stored.get().judged(label, facts.sha256(), inputs.dataset(), inputs.scorer());
    } else {
      run =
          Evaluation.run(
              label,
              facts.sha256(),
              inputs.dataset(),
              inputs.scorer(),
              new EndpointAnswerer(slot.client(file, name), task),
              CONCURRENCY,
              (done, total, right) ->
                  console.update(
                      done, total, label + ": " + done + " answered, " + right + " right so far"));
      store.put(step, key, Tried.of(run));
    }
    console.done(
        (stored.isPresent() ? "reused " : "") + label + ": " + run.summary().exact() + " exactly right");
    return run;
  }

  private LoadResult load(Path model, String name, List<String> runKey)
      throws IOException, InterruptedException {
    console.step(5, STEPS, "Load test");
    String key = loadKey(runKey);
    Optional<LoadResult> stored = store.find("load", key, LoadResult.class);
    LoadResult result;
    if (stored.isPresent()) {
      result = stored.get();
    } else {
      result =
          LoadTest.run(
              loadPlan(),
              slot.client(model, name),
              (sent, planned, answered, failed) ->
                  console.update(
                      answered + failed,
                      planned,
                      "%d sent, %d answered, %d failed".formatted(sent, answered, failed)));
      store.put("load", key, result);
    }
    console.done(
        String.format(
            Locale.ROOT,
            "%s%d requests, p90 %.0f ms, %.1f tokens/s",
            stored.isPresent() ? "reused " : "",
            result.sent(),
            result.total().p90(),
            result.tokensPerSecond()));
    return result;
  }

  private CostComparison cost(Evaluation run) {
    console.step(6, STEPS, "Cost");
    Summary summary = run.summary();
    double perSecond = Math.max(1e-9, run.cases().size() / (run.duration().toNanos() / 1e9));
    Measured measured =
        new Measured(
            summary.promptTokens().mean(),
            summary.completionTokens().mean(),
            perSecond,
            "evaluation of the 4-bit model on this machine, " + CONCURRENCY + " at a time");
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
        onTime("Whole answers", targets.latencyP90Ms(), load.totalInTime(), load, load.total().p90()),
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
