package dev.kedge.engine;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.MachineLimits;
import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.model.Weights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Measures a model on this machine as llama-bench does: prompts of a length of which only the last
 * token's logits are computed, generation of one or several sequences, everything through the
 * engine that also serves, drawing included. For one thread.
 */
public final class SpeedTest implements AutoCloseable {
  private static final int SHORT_PROMPT = 16;

  private final Model model;
  private final Engine engine;
  /* For the limits; idle otherwise. */
  private final Workers readers;
  private final Random random = new Random(1);

  /**
   * What the hardware allows.
   *
   * @param multiplyAddsPerSecond in registers, see {@link MachineLimits#multiplyAddsPerSecond}
   * @param weightBytesPerToken what one generated token reads; of the embedding it is one row
   * @param multiplyAddsPerToken of its products with weights
   */
  public record Limits(
      double multiplyAddsPerSecond, long weightBytesPerToken, long multiplyAddsPerToken) {}

  /**
   * Starts an engine for measurements.
   *
   * @param sequences the most that will run at once
   * @param context tokens of each, at most the model's own
   */
  public SpeedTest(Model model, int threads, int sequences, int context) {
    this.model = model;
    this.readers = new Workers(threads);
    int positions = Math.toIntExact(Math.min((long) sequences * (context + 64L), 1 << 24));
    this.engine =
        Engine.start(
            model,
            new EngineOptions(threads, sequences, sequences, context, positions, 512, true)
                .withStepAim(Duration.ZERO));
  }

  /** Which arithmetic runs. */
  public String kernels() {
    return engine.kernels();
  }

  /** What the engine has to say about how it runs, see {@link Engine#notice}. */
  public Optional<String> notice() {
    return engine.notice();
  }

  /**
   * Prompt tokens per second of one prompt of {@code tokens}.
   *
   * @throws GenerationFailedException if the model computes what is no number
   */
  public double promptTokensPerSecond(int tokens) throws InterruptedException {
    long start = System.nanoTime();
    try (Generation generation = engine.submit(request(tokens, 1))) {
      token(generation);
      return tokens * 1e9 / (System.nanoTime() - start);
    }
  }

  /**
   * Generated tokens per second of so many sequences together, while all of them run.
   *
   * @param tokens each generates
   * @param depth tokens of context that each begins with
   * @throws GenerationFailedException if the model computes what is no number
   */
  public double generateTokensPerSecond(int tokens, int sequences, int depth)
      throws InterruptedException {
    List<Generation> running = new ArrayList<>();
    try {
      for (int i = 0; i < sequences; i++) running.add(engine.submit(request(depth, tokens + 1)));
      for (Generation generation : running) token(generation);
      long start = System.nanoTime();
      for (int i = 0; i < tokens; i++) token(running.getLast());
      // Prompts are so short that all sequences begin in one step and go on in step.
      long took = System.nanoTime() - start;
      for (Generation generation : running.subList(0, sequences - 1)) {
        for (int i = 0; i < tokens; i++) token(generation);
      }
      return (double) tokens * sequences * 1e9 / took;
    } finally {
      running.forEach(Generation::close);
    }
  }

  /* A model that fails is fast, but no measurement. */
  private static void token(Generation generation) throws InterruptedException {
    if (generation.next() instanceof TokenEvent.End end) {
      throw new GenerationFailedException(end.message().orElse(end.reason().toString()));
    }
  }

  /** As above with a short context. */
  public double generateTokensPerSecond(int tokens, int sequences) throws InterruptedException {
    return generateTokensPerSecond(tokens, sequences, SHORT_PROMPT);
  }

  /* Random tokens, so that no prefix is found in the cache. */
  private Request request(int tokens, int answer) {
    int vocabulary = model.info().vocabularySize();
    int[] prompt = random.ints(tokens, 0, vocabulary).toArray();
    return new Request(prompt, answer, Sampling.GREEDY, List.of(), -1, true, Optional.empty());
  }

  /**
   * The best speed at which as many threads read the very weights, in bytes per second; empty where
   * vectors cannot be used. It changes from minute to minute where machines share memory, so it is
   * to be taken in every round, before and after the generation that stands beside it; the better
   * of both is that round's limit.
   */
  public OptionalDouble readBytesPerSecond() {
    if (!Kernels.best().packed()) return OptionalDouble.empty();
    List<Matrix> weights = model.prepared().weights().products();
    return OptionalDouble.of(MachineLimits.readBytesPerSecond(readers, weights));
  }

  /** Measures the limits, while nothing else runs; empty where vectors cannot be used. */
  public Optional<Limits> limits() {
    if (!Kernels.best().packed()) return Optional.empty();
    Weights weights = model.prepared().weights();
    return Optional.of(
        new Limits(
            MachineLimits.multiplyAddsPerSecond(readers),
            (long) weights.perToken(model.config(), Matrix::bytes),
            (long) weights.perToken(model.config(), Matrix::weights)));
  }

  @Override
  public void close() {
    readers.close();
    engine.close();
  }
}
