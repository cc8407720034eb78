package dev.kedge.bench.engine;

import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.EngineStats;
import dev.kedge.engine.Generation;
import dev.kedge.engine.Model;
import dev.kedge.engine.Request;
import dev.kedge.engine.TokenEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Many streams at once on the engine as it serves, beside a plain batch: as many sequences that
 * begin together and go on in step. What is compared alternates, round after round, since a shared
 * machine is not the same from one minute to the next.
 *
 * <ul>
 *   <li>{@code steady}: tokens per second while all streams generate, their prompts of mixed
 *       lengths.
 *   <li>{@code traffic}: the same number of clients, each of which asks again as soon as it has its
 *       answer; prompts of 8 to 103 tokens, answers of 16 to 79. What counts is the tokens that are
 *       computed, prompts included, against those of the plain batch.
 *   <li>{@code stall}: how long running streams waited between two tokens, before and while a long
 *       prompt was read.
 * </ul>
 *
 * <p>Arguments: model file, what, streams, threads, rounds, length of the long prompt.
 */
public final class ManyStreams {
  private static final long SECOND = 1_000_000_000L;
  private static final int BATCH_TOKENS = 512;
  private static final int ANSWER = 24;

  private final Model model;
  private final EngineOptions options;
  private final int streams;
  private final int rounds;
  private final int longPrompt;
  private final Random random = new Random(3);

  private ManyStreams(Model model, int streams, int threads, int rounds, int longPrompt) {
    this.model = model;
    this.streams = streams;
    this.rounds = rounds;
    this.longPrompt = longPrompt;
    int context = Math.min(model.info().contextLength(), longPrompt + 1024);
    int cache = streams * 1024 + longPrompt + 64;
    this.options = new EngineOptions(threads, streams + 1, 16, context, cache, BATCH_TOKENS, true);
  }

  /** Prints what was asked for. */
  public static void main(String[] args) throws Exception {
    if (args.length != 6) {
      System.err.println(
          "usage: ManyStreams MODEL steady|traffic|stall STREAMS THREADS ROUNDS LONG");
      System.exit(2);
    }
    int[] numbers = Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray();
    try (Model model = Model.load(Path.of(args[0]))) {
      ManyStreams bench = new ManyStreams(model, numbers[0], numbers[1], numbers[2], numbers[3]);
      System.out.printf(
          "%s, %s: %d streams, %d threads%n", model.info().name(), args[1], numbers[0], numbers[1]);
      bench.run(args[1]);
    }
  }

  private void run(String what) throws InterruptedException {
    try (Engine engine = Engine.start(model, options)) {
      steady(engine, equal(8)); // warm-up
      switch (what) {
        case "steady" -> alternate(() -> steady(engine, equal(ANSWER)), mixed(engine));
        case "traffic" -> alternate(() -> steady(engine, equal(ANSWER)), () -> traffic(engine));
        case "stall" -> stall(engine);
        default -> throw new IllegalArgumentException("steady, traffic or stall, not " + what);
      }
      EngineStats stats = engine.stats();
      System.out.printf(
          "of %d prompt tokens %d were in the cache; %d interruptions, %d passes%n",
          stats.promptTokens(),
          stats.cachedPromptTokens(),
          stats.preemptions(),
          stats.forwardPasses());
    }
  }

  /** Tokens per second. */
  @FunctionalInterface
  private interface Measurement {
    double run() throws InterruptedException;
  }

  private void alternate(Measurement plain, Measurement other) throws InterruptedException {
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      boolean plainFirst = round % 2 == 0;
      double first = (plainFirst ? plain : other).run();
      double second = (plainFirst ? other : plain).run();
      double batch = plainFirst ? first : second;
      double found = plainFirst ? second : first;
      ratios[round] = 100 * found / batch;
      System.out.printf(
          Locale.ROOT,
          "plain batch %.1f tokens/s, streams %.1f (%.1f %%)%n",
          batch,
          found,
          ratios[round]);
    }
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "streams against the plain batch: median %.1f %% [%.1f … %.1f], %d rounds%n",
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1],
        rounds);
  }

  private Request request(int prompt, int answer) {
    return Streams.request(random, model.info().vocabularySize(), prompt, answer);
  }

  private List<Request> equal(int answer) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < streams; i++) requests.add(request(1, answer));
    return requests;
  }

  /* Prompts of one to four pages and a token; their pages are in the cache, so all begin at once. */
  private Measurement mixed(Engine engine) throws InterruptedException {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < streams; i++) requests.add(request(33 + i % 4 * 32, ANSWER));
    steady(engine, requests);
    return () -> steady(engine, requests);
  }

  /* From the last stream's first token to the first stream's last one. */
  private static double steady(Engine engine, List<Request> requests) throws InterruptedException {
    Streams running = new Streams(engine);
    requests.forEach(running::start);
    running.join();
    return running.arrivals().rateOfAll(requests.size());
  }

  /* Computed tokens per second, of prompts and answers, behind the first seconds. */
  private double traffic(Engine engine) throws InterruptedException {
    Streams clients = new Streams(engine);
    Random lengths = new Random(5);
    for (int i = 0; i < streams; i++) {
      clients.start(() -> {
        synchronized (lengths) {
          return request(8 + lengths.nextInt(96), 16 + lengths.nextInt(64));
        }
      });
    }
    Thread.sleep(5_000);
    EngineStats before = engine.stats();
    long from = System.nanoTime();
    Thread.sleep(15_000);
    EngineStats after = engine.stats();
    double seconds = (System.nanoTime() - from) / 1e9;
    clients.leave();
    double prompts =
        after.promptTokens()
            - before.promptTokens()
            - (after.cachedPromptTokens() - before.cachedPromptTokens());
    double answers = after.generatedTokens() - before.generatedTokens();
    double passes = after.forwardPasses() - before.forwardPasses();
    System.out.printf(
        Locale.ROOT,
        "  traffic: %.1f prompt and %.1f answer tokens/s, passes of %.0f ms and %.0f tokens%n",
        prompts / seconds,
        answers / seconds,
        1e3 * seconds / passes,
        (prompts + answers) / passes);
    return (prompts + answers) / seconds;
  }

  /* All streams generate; the long prompt comes; they are watched until it has its first token. */
  private void stall(Engine engine) throws InterruptedException {
    Streams running = new Streams(engine);
    for (int i = 0; i < streams; i++) running.start(request(8 + i * 37 % 25, 900));
    while (running.arrivals().begun() < streams) Thread.sleep(50);
    Thread.sleep(5_000);
    long came = System.nanoTime();
    long passes = engine.stats().forwardPasses();
    try (Generation late = engine.submit(request(longPrompt, 1))) {
      if (!(late.next() instanceof TokenEvent.Token)) throw new IllegalStateException("no token");
    }
    long read = System.nanoTime();
    passes = engine.stats().forwardPasses() - passes;
    running.leave();
    System.out.printf(
        Locale.ROOT,
        "prompt of %d tokens read in %.1f s and %d passes%n",
        longPrompt,
        (read - came) / 1e9,
        passes);
    print("before it", running.arrivals().gaps(streams, came - 5 * SECOND, came));
    print("while it was read", running.arrivals().gaps(streams, came, read));
  }

  private static void print(String when, Arrivals.Gaps gaps) {
    System.out.println("  between tokens of running streams " + when + ": " + gaps);
  }
}
