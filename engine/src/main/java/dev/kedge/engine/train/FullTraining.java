package dev.kedge.engine.train;

import dev.kedge.engine.kernel.TrainingWorkers;
import dev.kedge.engine.train.LlamaPass.Measured;
import dev.kedge.engine.train.TrainingListener.Step;
import dev.kedge.engine.train.TrainingListener.Validation;
import dev.kedge.engine.weights.FileDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains a small model of the Llama architecture from scratch and writes it as GGUF. The resulting
 * bits depend on data, options and the number of steps, not on threads or a stop in between.
 */
public final class FullTraining {
  /** Tokens in one pass; a step with more makes several and adds their gradients. */
  private static final int PASS_TOKENS = 4096;

  private static final int QUICK_VALIDATION = 512;
  private static final int LAST_VALIDATION = 4000;
  private static final float LOWEST_RATE = 0.05f;

  /**
   * What surrounds a training.
   *
   * @param out the GGUF file to write
   * @param name of the model, in the file
   * @param checkpoint where to keep the state, written at a stop and every so many steps
   * @param resume whether to go on from the checkpoint if it exists
   * @param threads threads to use
   * @param clock for speed and {@code maxMinutes}
   * @param stop asked after every step; true writes the checkpoint and ends
   * @param listener hears the progress
   */
  public record Setup(
      Path out,
      String name,
      Optional<Path> checkpoint,
      boolean resume,
      int threads,
      InstantSource clock,
      BooleanSupplier stop,
      TrainingListener listener) {}

  /**
   * What came out.
   *
   * @param steps optimizer steps done
   * @param scheduledSteps steps the schedule was made for: {@code steps} option that reproduces
   *     this
   * @param stopped whether it was stopped; then no model is written
   * @param loss training loss of the last step
   * @param validation of the written weights, where examples were held out
   * @param file the written model
   * @param dataDigest SHA-256 of the examples
   */
  public record Outcome(
      int steps,
      int scheduledSteps,
      boolean stopped,
      double loss,
      Optional<Validation> validation,
      Optional<FileDigest> file,
      String dataDigest,
      int parameters,
      int vocabulary) {}

  private final TrainingOptions options;
  private final Setup setup;
  private final TrainingData data;
  private final LlamaPass pass;
  private final AdamW optimizer;
  private final DataOrder order;
  private final Batch batch = new Batch();
  private final IntList chosen = new IntList();
  private final float[] best;
  private final String identity;

  private int step;
  private int steps;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int bestStep;
  private int misses;
  private double lastLoss;
  private final long started;
  private long sinceMillis;
  private int sinceStep;
  private long learned;
  private double speed;
  private double secondsPerStep;
  private long measuredFrom;
  private int measuredStep;

  private FullTraining(
      TrainingData data, TrainingOptions options, Setup setup, TrainingWorkers workers) {
    this.options = options;
    this.setup = setup;
    this.data = data;
    LlamaShape shape = options.shape(data.vocabulary.size());
    float[] weights = new Layout(shape).initial(options.seed());
    pass = new LlamaPass(shape, weights, workers);
    optimizer = new AdamW(pass.layout, options, workers);
    order = new DataOrder(data.training, options.seed(), options.batchTokens());
    best = data.validation.size() > 0 ? weights.clone() : new float[0];
    identity = options.identity() + " " + data.digest;
    started = setup.clock().millis();
    if (options.steps() > 0) steps = options.steps();
    else if (options.maxMinutes() <= 0) steps = order.steps(options.epochs());
  }

  /**
   * Reads {@code examples} (twice), trains, writes.
   *
   * @param held examples for validation only; may be empty
   */
  public static Outcome run(
      Iterable<TrainingExample> examples,
      Iterable<TrainingExample> held,
      TrainingOptions options,
      Setup setup)
      throws IOException {
    TrainingData data = new TrainingData(examples, held, options);
    try (TrainingWorkers workers = new TrainingWorkers(setup.threads())) {
      FullTraining training = new FullTraining(data, options, setup, workers);
      return training.train();
    }
  }

  private Outcome train() throws IOException {
    TrainingListener listener = setup.listener();
    listener.data(
        data.training.size(),
        data.validation.size(),
        data.training.tokens(),
        data.leftOut(),
        pass.weights.length);
    resume();
    sinceMillis = setup.clock().millis();
    sinceStep = step;
    while (steps == 0 || step < steps) {
      learn();
      fitToTime();
      if (due(every()) && data.validation.size() > 0 && validate()) break;
      if (options.checkpointEvery() > 0 && due(options.checkpointEvery())) save();
      if (setup.stop().getAsBoolean()) {
        save();
        return outcome(true, null, null);
      }
      if (overtime()) break;
    }
    return finish();
  }

  private Outcome finish() throws IOException {
    Validation last = null;
    if (data.validation.size() > 0) {
      if (bestStep != step) validate();
      System.arraycopy(best, 0, pass.weights, 0, best.length);
      last = measure(bestStep, LAST_VALIDATION);
      setup.listener().validation(last);
    }
    LlamaFile file = new LlamaFile(pass.layout, pass.weights);
    return outcome(false, last, file.write(setup.out(), setup.name(), data.vocabulary));
  }

  private Outcome outcome(boolean stopped, @Nullable Validation last, @Nullable FileDigest file) {
    return new Outcome(
        step,
        steps,
        stopped,
        lastLoss,
        Optional.ofNullable(last),
        Optional.ofNullable(file),
        data.digest,
        pass.weights.length,
        data.vocabulary.size());
  }

  private void learn() {
    order.take(chosen);
    int answers = 0;
    for (int i = 0; i < chosen.size(); i++) answers += data.training.answerPlaces(chosen.get(i));
    float factor = 1f / answers;
    pass.clearGradients();
    double loss = 0;
    int tokens = 0;
    for (int from = 0; from < chosen.size(); ) {
      batch.clear();
      from = fill(data.training, from);
      Measured measured = pass.learn(batch, factor);
      loss += measured.loss();
      tokens += batch.size;
    }
    float rate = rate();
    double norm = optimizer.step(pass.weights, pass.gradients, step + 1, rate);
    step++;
    lastLoss = loss / answers;
    if (!Double.isFinite(norm) || !Double.isFinite(lastLoss)) {
      throw new ArithmeticException(
          "training diverged at step " + step + "; use a smaller learning rate or longer warm-up");
    }
    report(tokens, rate, norm);
  }

  /* Takes chosen sequences from `from` on while they fit one pass; answers where to go on. */
  private int fill(Sequences source, int from) {
    int next = from;
    while (next < chosen.size()) {
      int places = source.places(chosen.get(next));
      if (batch.size > 0 && batch.size + places > PASS_TOKENS) break;
      source.copy(chosen.get(next++), batch);
    }
    return next;
  }

  /** Linear rise, then a cosine down to 5 %; a pure function of step and steps. */
  private float rate() {
    int warmup = options.warmupSteps();
    if (step < warmup) return options.learningRate() * (step + 1) / warmup;
    if (steps <= warmup) return options.learningRate();
    double done = Math.min(1, (double) (step - warmup) / (steps - warmup));
    double share = 0.5 * (1 + StrictMath.cos(StrictMath.PI * done));
    return (float) (options.learningRate() * (LOWEST_RATE + (1 - LOWEST_RATE) * share));
  }

  private void report(int tokens, float rate, double norm) {
    learned += tokens;
    long now = setup.clock().millis();
    if (now - sinceMillis >= 2000) {
      speed = learned * 1000.0 / (now - sinceMillis);
      double perStep = (now - sinceMillis) / 1000.0 / Math.max(1, step - sinceStep);
      secondsPerStep = perStep;
      sinceMillis = now;
      sinceStep = step;
      learned = 0;
    }
    double left = steps == 0 || secondsPerStep == 0 ? -1 : (steps - step) * secondsPerStep;
    setup.listener().step(new Step(step, steps, order.epoch(), lastLoss, rate, norm, speed, left));
  }

  /* Fixes the number of steps at the end of the warm-up, from the speed of its last two thirds. */
  private void fitToTime() {
    if (steps > 0) return;
    int end = Math.max(6, options.warmupSteps());
    long now = setup.clock().millis();
    if (step <= end / 3 || measuredFrom == 0) {
      measuredFrom = now;
      measuredStep = step;
    }
    if (step < end) return;
    double budget = options.maxMinutes() * 60_000 * 0.95 - (now - started);
    double perStep = Math.max(1, now - measuredFrom) / (double) Math.max(1, step - measuredStep);
    steps = step + (int) Math.max(1, Math.min(1 << 28, budget / perStep));
    setup.listener().remark("schedule fixed at " + steps + " steps");
  }

  private boolean overtime() {
    if (options.maxMinutes() <= 0) return false;
    boolean over = setup.clock().millis() - started > options.maxMinutes() * 60_000 * 1.05;
    if (over) setup.listener().remark("time is up at step " + step + " of " + steps);
    return over;
  }

  private int every() {
    if (options.evalEvery() > 0) return options.evalEvery();
    return steps == 0 ? 0 : Math.max(1, steps / 20);
  }

  private boolean due(int every) {
    return every > 0 && step % every == 0;
  }

  /* Returns true where patience is at its end. */
  private boolean validate() {
    Validation validation = measure(step, QUICK_VALIDATION);
    boolean better = validation.loss() < bestLoss;
    if (better) {
      bestLoss = validation.loss();
      bestStep = step;
      misses = 0;
      System.arraycopy(pass.weights, 0, best, 0, best.length);
    } else {
      misses++;
    }
    setup.listener().validation(validation);
    boolean enough = options.patience() > 0 && misses >= options.patience();
    if (enough) setup.listener().remark("no better validation loss since step " + bestStep);
    return enough;
  }

  private Validation measure(int at, int most) {
    chosen.clear();
    for (int s = 0; s < Math.min(most, data.validation.size()); s++) chosen.add(s);
    Measured total = new Measured(0, 0, 0, 0, 0);
    for (int from = 0; from < chosen.size(); ) {
      batch.clear();
      from = fill(data.validation, from);
      total = total.plus(pass.measure(batch));
    }
    double loss = total.loss() / total.answers();
    return new Validation(
        at,
        loss,
        (double) total.right() / total.answers(),
        (double) total.exact() / total.sequences(),
        loss <= bestLoss);
  }

  private void save() throws IOException {
    if (setup.checkpoint().isEmpty()) return;
    Checkpoint.Progress progress =
        new Checkpoint.Progress(
            step, steps, order.epoch(), order.next(), bestLoss, bestStep, misses);
    Checkpoint.write(
        setup.checkpoint().get(),
        identity,
        progress,
        pass.weights,
        optimizer.first,
        optimizer.second,
        best);
  }

  private void resume() throws IOException {
    if (!setup.resume() || setup.checkpoint().isEmpty()) return;
    Path file = setup.checkpoint().get();
    if (!Files.exists(file)) return;
    Checkpoint.Progress progress =
        Checkpoint.read(file, identity, pass.weights, optimizer.first, optimizer.second, best);
    if (steps > 0 && progress.steps() != steps) {
      throw new IllegalArgumentException(
          "checkpoint %s was made for %d steps, now %d are asked for; use --steps %d"
              .formatted(file, progress.steps(), steps, progress.steps()));
    }
    step = progress.step();
    steps = progress.steps();
    order.seek(progress.epoch(), progress.next());
    bestLoss = progress.bestLoss();
    bestStep = progress.bestStep();
    misses = progress.misses();
    setup.listener().remark("resumed at step " + step);
  }
}
