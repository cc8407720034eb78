package dev.kedge.pilot;

import dev.kedge.backend.OpenAiClient;
import dev.kedge.backend.OpenAiClient.Question;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.TaskFile;
import dev.kedge.eval.EndpointAnswerer;
import dev.kedge.eval.Evaluation;
import dev.kedge.eval.Example;
import dev.kedge.load.LoadPlan;
import dev.kedge.load.LoadResult;
import dev.kedge.load.LoadTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The steps that ask a served model; results that are still valid are read instead. */
final class PilotRuns {
  /** Cases asked at the same time, so that the engine computes them in batches. */
  static final int CONCURRENCY = 8;

  private static final int LIVE_QUESTIONS = 3;
  /* No target of a task; a pause as long as this spoils an answer in any case. */
  private static final Duration BETWEEN_TOKENS = Duration.ofSeconds(1);

  private final PilotInputs inputs;
  private final TaskFile task;
  private final StepStore store;
  private final ServerSlot slot;
  private final Console console;
  private final String version;
  private final Machine machine;
  private String arithmetic = "";

  PilotRuns(
      PilotInputs inputs,
      StepStore store,
      ServerSlot slot,
      Console console,
      String version,
      Machine machine) {
    this.inputs = inputs;
    this.task = inputs.task();
    this.store = store;
    this.slot = slot;
    this.console = console;
    this.version = version;
    this.machine = machine;
  }

  /** Which kernels answered; known after an evaluation. */
  String arithmetic() {
    return arithmetic;
  }

  /** Shows the model at work, unless nothing is left to ask of it. */
  void serve(ModelFacts model, Path file) throws IOException, InterruptedException {
    console.step(3, Pilot.STEPS, "Serve");
    if (stored("evaluate-4-bit", model).isPresent() && storedLoad(model).isPresent()) {
      console.done("not needed: all answers are reused (--fresh asks again)");
      return;
    }
    OpenAiClient client = slot.client(file, task.name());
    List<Example> examples = inputs.dataset().examples();
    // The first answers after a start wait for the compiler; nobody should take that for the speed.
    console.update(0, 0, "warming up");
    client.ask(question(examples.getLast(), task.generation().maxTokens()));
    List<Example> live = examples.subList(0, Math.min(LIVE_QUESTIONS, examples.size()));
    List<OpenAiClient.Failed> failed = new ArrayList<>();
    for (Example example : live) {
      console.question(example.input());
      OpenAiClient.Reply reply =
          client.ask(question(example, task.generation().maxTokens()), console::piece);
      if (reply instanceof OpenAiClient.Failed failure) failed.add(failure);
      console.answered(remark(reply));
    }
    // A model that answers nothing at all has a fault that no evaluation would make clearer.
    if (failed.size() == live.size()) {
      throw new KedgeException(
          new Failure.Broken(
              "the served model answers none of the first questions: "
                  + failed.getFirst().message(),
              "model_does_not_answer",
              false));
    }
    console.done("4-bit model at " + client.address() + ", " + slot.arithmetic());
  }

  private static String remark(OpenAiClient.Reply reply) {
    return switch (reply) {
      case OpenAiClient.Answered a ->
          String.format(
              Locale.ROOT,
              "%d ms, %d tokens%s",
              a.total().toMillis(),
              a.completionTokens(),
              a.finish().equals("length") ? ", cut at the limit" : "");
      case OpenAiClient.Failed f -> "failed: " + f.kind() + ": " + f.message();
    };
  }

  private Question question(Example example, int maxTokens) {
    return Question.of(task.system(), example.input(), maxTokens, task.generation().temperature());
  }

  /** What the answers of a model depend on; their timing depends on the machine. */
  private List<String> dependencies(ModelFacts model) {
    return List.of(
        version,
        model.sha256(),
        inputs.dataset().sha256(),
        task.system(),
        task.generation().toString(),
        machine.toString());
  }

  private String evaluationKey(ModelFacts model) {
    List<String> parts = new ArrayList<>(dependencies(model));
    parts.add("evaluation, " + CONCURRENCY + " at a time");
    return StepStore.key(parts);
  }

  private String loadKey(ModelFacts model) {
    List<String> parts = new ArrayList<>(dependencies(model));
    parts.add(task.load().toString());
    parts.add(task.targets().toString());
    return StepStore.key(parts);
  }

  private Optional<Tried> stored(String step, ModelFacts model) {
    int cases = inputs.dataset().examples().size();
    return store
        .find(step, evaluationKey(model), Tried.class)
        .filter(tried -> tried.answers().size() == cases);
  }

  private Optional<LoadResult> storedLoad(ModelFacts model) {
    return store.find("load", loadKey(model), LoadResult.class);
  }

  /** Answers to all cases, judged. */
  Evaluation evaluate(String step, String label, ModelFacts model, Path file)
      throws IOException, InterruptedException {
    Optional<Tried> stored = stored(step, model);
    Tried tried = stored.isPresent() ? stored.get() : ask(step, label, model, file);
    arithmetic = tried.arithmetic();
    Evaluation run = tried.judged(label, model.sha256(), inputs.dataset(), inputs.scorer());
    console.done(
        (stored.isPresent() ? "reused " : "")
            + label
            + ": "
            + run.summary().exact()
            + ", exactly right");
    return run;
  }

  private Tried ask(String step, String label, ModelFacts model, Path file)
      throws IOException, InterruptedException {
    EndpointAnswerer answerer = new EndpointAnswerer(slot.client(file, task.name()), task);
    Evaluation run =
        Evaluation.run(
            label,
            model.sha256(),
            inputs.dataset(),
            inputs.scorer(),
            answerer,
            CONCURRENCY,
            (done, total, right) ->
                console.update(
                    done, total, label + ": " + done + " answered, " + right + " right so far"));
    Tried tried = Tried.of(run, slot.arithmetic());
    store.put(step, evaluationKey(model), tried);
    return tried;
  }

  /** The load test of the task. */
  LoadResult load(ModelFacts model, Path file) throws IOException, InterruptedException {
    console.step(5, Pilot.STEPS, "Load test");
    Optional<LoadResult> stored = storedLoad(model);
    LoadResult result = stored.isPresent() ? stored.get() : send(model, file);
    console.done(
        String.format(
            Locale.ROOT,
            "%s%d requests, %d answered, p90 %.0f ms, %.1f tokens/s",
            stored.isPresent() ? "reused " : "",
            result.sent(),
            result.answered(),
            result.total().p90(),
            result.tokensPerSecond()));
    return result;
  }

  private LoadResult send(ModelFacts model, Path file) throws IOException, InterruptedException {
    LoadResult result =
        LoadTest.run(
            plan(),
            slot.client(file, task.name()),
            (sent, planned, answered, failed) ->
                console.update(
                    answered + failed,
                    planned,
                    sent + " sent, " + answered + " answered, " + failed + " failed"));
    store.put("load", loadKey(model), result);
    return result;
  }

  private LoadPlan plan() {
    int tokens = task.load().maxTokens().orElse(task.generation().maxTokens());
    TaskFile.Targets targets = task.targets();
    return new LoadPlan(
        task.load().rate(),
        Duration.ofMillis(Math.round(1000 * task.load().seconds())),
        task.load().arrivals(),
        task.load().seed(),
        inputs.dataset().examples().stream().map(example -> question(example, tokens)).toList(),
        new LoadPlan.Goal(
            millis(targets.firstTokenP90Ms()), BETWEEN_TOKENS, millis(targets.latencyP90Ms())));
  }

  private static Duration millis(double ms) {
    return Duration.ofNanos(Math.round(ms * 1e6));
  }
}
