package dev.kedge.bench.engine;

import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.Model;
import dev.kedge.engine.ModelInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Many streams through {@code kedge serve} and HTTP, as callers see them, beside the plain batch of
 * {@link ManyStreams} in this process. The server is a process of its own; clients and the batch
 * share the processors with it, in turn.
 *
 * <ul>
 *   <li>Throughput: tokens per second while all streams generate, their prompts of mixed lengths,
 *       against a batch of as many sequences; the two alternate.
 *   <li>Stall: all streams generate; a long prompt comes. A step is meant to take no longer than
 *       its budget: the engine's aim, or, where the streams alone take nearly that long, a quarter
 *       more than they take. Printed are the waits between tokens of running streams before and
 *       while the long prompt is read; those before tell how long a step of the streams is, and how
 *       far from it the machine strays by itself.
 * </ul>
 *
 * <p>Arguments: model file, streams, threads, rounds, length of the long prompt.
 */
public final class ServedStreams {
  private static final int ANSWER = 32;
  private static final int HEAP_GIGABYTES = 3;
  private static final int CACHE_OF_STREAM = 768;
  private static final long SECOND = 1_000_000_000L;

  private final ModelInfo info;
  private final int streams;
  private final int rounds;
  private final int longPrompt;
  private final EngineOptions options;
  private final Random random = new Random(3);

  private ServedStreams(Model model, int streams, int threads, int rounds, int longPrompt) {
    this.info = model.info();
    this.streams = streams;
    this.rounds = rounds;
    this.longPrompt = longPrompt;
    int context = Math.min(info.contextLength(), Math.max(longPrompt + 64, 2 * CACHE_OF_STREAM));
    int cache = streams * CACHE_OF_STREAM + longPrompt + 64;
    EngineOptions defaults = EngineOptions.defaults();
    this.options =
        new EngineOptions(
            threads,
            streams + 1,
            defaults.maxQueued(),
            context,
            cache,
            defaults.batchTokens(),
            defaults.vectors());
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 5) {
      System.err.println("usage: ServedStreams MODEL STREAMS THREADS ROUNDS LONG");
      System.exit(2);
    }
    Path file = Path.of(arguments[0]);
    int[] numbers = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
    try (Model model = Model.load(file)) {
      ServedStreams bench =
          new ServedStreams(model, numbers[0], numbers[1], numbers[2], numbers[3]);
      System.out.printf(
          "%s over HTTP: %d streams, %d threads%n", model.info().name(), numbers[0], numbers[1]);
      try (ServedModel served = ServedModel.start(file, HEAP_GIGABYTES, bench.asServed());
          Engine engine = Engine.start(model, bench.options)) {
        bench.throughput(served, engine);
        bench.stall(served);
      }
    }
  }

  private List<String> asServed() {
    return List.of(
        "--threads",
        Integer.toString(options.threads()),
        "--max-sequences",
        Integer.toString(options.maxSequences()),
        "--context",
        Integer.toString(options.contextLength()),
        "--cache-tokens",
        Integer.toString(options.cacheTokens()));
  }

  private int[] prompt(int length) {
    return random.ints(length, 3, info.vocabularySize()).toArray();
  }

  private void throughput(ServedModel served, Engine engine)
      throws IOException, InterruptedException {
    int[][] mixed = new int[streams][];
    for (int i = 0; i < streams; i++) mixed[i] = prompt(33 + i % 4 * 32);
    // Both are warm, and the prompts are in the cache, so that all begin at once.
    batch(engine);
    steady(served, mixed);
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      boolean batchFirst = round % 2 == 0;
      double first = batchFirst ? batch(engine) : steady(served, mixed);
      double second = batchFirst ? steady(served, mixed) : batch(engine);
      double batch = batchFirst ? first : second;
      double streamed = batchFirst ? second : first;
      ratios[round] = 100 * streamed / batch;
      System.out.printf(
          Locale.ROOT,
          "plain batch %.1f tokens/s, streams over HTTP %.1f (%.1f %%)%n",
          batch,
          streamed,
          ratios[round]);
    }
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "streams over HTTP against the plain batch: median %.1f %% [%.1f … %.1f], %d rounds%n",
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1],
        rounds);
  }

  private double batch(Engine engine) throws InterruptedException {
    Streams running = new Streams(engine);
    for (int i = 0; i < streams; i++) {
      running.start(Streams.request(random, info.vocabularySize(), 1, ANSWER));
    }
    running.join();
    return running.arrivals().rateOfAll(streams);
  }

  private double steady(ServedModel served, int[][] prompts)
      throws IOException, InterruptedException {
    try (HttpStreams clients = served.clients()) {
      for (int[] prompt : prompts) clients.start(prompt, ANSWER);
      clients.join();
      return clients.arrivals().rateOfAll(streams);
    }
  }

  /* All streams generate; the long prompt comes; they are watched until it has its first token. */
  private void stall(ServedModel served) throws IOException, InterruptedException {
    try (HttpStreams running = served.clients();
        HttpStreams late = served.clients()) {
      for (int i = 0; i < streams; i++) running.start(prompt(8 + i * 37 % 193), 500);
      running.awaitBegun(streams);
      Thread.sleep(6_000);
      long came = System.nanoTime();
      late.start(prompt(longPrompt), 1);
      late.awaitBegun(1);
      long read = System.nanoTime();
      long before = came - 5 * SECOND;
      Arrivals.Gaps quiet = running.arrivals().gaps(streams, before, came);
      Arrivals.Gaps busy = running.arrivals().gaps(streams, came, read);
      double aim = options.stepAim().toMillis();
      System.out.printf(
          Locale.ROOT,
          """
          prompt of %d tokens: first token after %.1f s
            tokens/s of the running streams: before it %.1f, while it was read %.1f
            between tokens of running streams before it: %s
            while it was read: %s
            budget of a step: %.0f ms (the larger of %.0f ms and 5/4 of the median before it); longest wait: %.2f of it, without the prompt %.2f
          """,
          longPrompt,
          (read - came) / 1e9,
          running.arrivals().count(before, came) / 5.0,
          running.arrivals().count(came, read) * 1e9 / (read - came),
          quiet,
          busy,
          budget(aim, quiet),
          aim,
          busy.longest() / budget(aim, quiet),
          quiet.longest() / budget(aim, quiet));
    }
  }

  private static double budget(double aim, Arrivals.Gaps quiet) {
    return Math.max(aim, 1.25 * quiet.median());
  }
}
