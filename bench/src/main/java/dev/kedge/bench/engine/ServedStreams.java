package dev.kedge.bench.engine;

import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.Model;
import dev.kedge.engine.ModelInfo;
import dev.kedge.engine.Request;
import dev.kedge.engine.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * Many streams through {@code kedge serve} and HTTP, as callers see them, beside the plain batch of
 * {@link ManyStreams} in this process. The server is a process of its own; clients and the batch
 * share the processors with it, in turn.
 *
 * <ul>
 *   <li>{@code throughput}: tokens per second while all streams generate, their prompts of mixed
 *       lengths, against a batch of as many sequences; the two alternate.
 *   <li>{@code stall}: all streams generate; a prompt of 512 tokens comes, so that compilers have
 *       seen such steps, and after some seconds a long one. A step is meant to take no longer than
 *       its budget: the engine's aim, or, where the streams alone take nearly that long, a quarter
 *       more than they take. Printed are the waits between tokens of running streams before and
 *       while the long prompt is read; those before tell how long a step of the streams is, and how
 *       far from it the machine strays by itself.
 * </ul>
 *
 * <p>Arguments: model file, what, streams, threads, rounds, length of the long prompt.
 */
public final class ServedStreams {
  private static final int ANSWER = 16;
  private static final int HEAP_GIGABYTES = 3;
  private static final int CACHE_OF_STREAM = 768;
  private static final int WARM_UP_PROMPT = 512;
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
    if (arguments.length != 6) {
      System.err.println("usage: ServedStreams MODEL throughput|stall STREAMS THREADS ROUNDS LONG");
      System.exit(2);
    }
    Path file = Path.of(arguments[0]);
    int[] numbers = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
    try (Model model = Model.load(file)) {
      ServedStreams bench =
          new ServedStreams(model, numbers[0], numbers[1], numbers[2], numbers[3]);
      System.out.printf(
          "%s over HTTP, %s: %d streams, %d threads%n",
          model.info().name(), arguments[1], numbers[0], numbers[1]);
      try (ServedModel served = ServedModel.start(file, HEAP_GIGABYTES, bench.asServed())) {
        switch (arguments[1]) {
          case "throughput" -> bench.throughput(served, model);
          case "stall" -> bench.stall(served);
          default -> throw new IllegalArgumentException("throughput or stall");
        }
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

  private int[][] prompts(IntUnaryOperator length) {
    int[][] prompts = new int[streams][];
    Arrays.setAll(prompts, i -> prompt(length.applyAsInt(i)));
    return prompts;
  }

  /* As in the plain batch. */
  private int[][] single() {
    return prompts(_ -> 1);
  }

  private void throughput(ServedModel served, Model model)
      throws IOException, InterruptedException {
    try (Engine engine = Engine.start(model, options)) {
      throughput(served, engine);
    }
  }

  private void throughput(ServedModel served, Engine engine)
      throws IOException, InterruptedException {
    // Whole pages and a token: what is not in the cache would keep streams from their beginning.
    int[][] mixed = prompts(i -> 33 + i % 3 * 32);
    // Both are compiled, and the prompts are in both caches, so that all begin at once.
    for (int[][] prompts : List.of(single(), mixed)) {
      direct(engine, prompts);
      steady(served, prompts);
    }
    double[] ofBatch = new double[rounds];
    double[] ofDirect = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      double[] rates = new double[3];
      for (int turn = 0; turn < 3; turn++) {
        int side = (turn + round) % 3;
        rates[side] =
            switch (side) {
              case 0 -> direct(engine, single());
              case 1 -> direct(engine, mixed);
              default -> steady(served, mixed);
            };
      }
      ofBatch[round] = 100 * rates[2] / rates[0];
      ofDirect[round] = 100 * rates[2] / rates[1];
      System.out.printf(
          Locale.ROOT,
          "tokens/s: plain batch %.1f, the streams without HTTP %.1f, over HTTP %.1f%n",
          rates[0],
          rates[1],
          rates[2]);
    }
    print("the plain batch", ofBatch);
    print("the same streams without HTTP", ofDirect);
  }

  private void print(String what, double[] ratios) {
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "over HTTP against %s: median %.1f %% [%.1f … %.1f], %d rounds%n",
        what,
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1],
        rounds);
  }

  private double direct(Engine engine, int[][] prompts) throws InterruptedException {
    Streams running = new Streams(engine);
    for (int[] prompt : prompts) {
      running.start(new Request(prompt, ANSWER, Sampling.GREEDY, List.of(), -1, true));
    }
    running.join();
    return running.arrivals().rateOfAll(streams);
  }

  private double steady(ServedModel served, int[][] prompts)
      throws IOException, InterruptedException {
    try (HttpStreams clients = served.clients(false)) {
      for (int[] prompt : prompts) clients.start(prompt, ANSWER);
      clients.join();
      if (clients.silent() > 0) System.out.printf("  %d tokens had no text%n", clients.silent());
      return clients.arrivals().rateOfAll(streams);
    }
  }

  /* All streams generate; the long prompt comes; they are watched until it has its first token. */
  private void stall(ServedModel served) throws IOException, InterruptedException {
    try (HttpStreams running = served.clients(true);
        HttpStreams late = served.clients(true)) {
      for (int i = 0; i < streams; i++) running.start(prompt(8 + i * 37 % 57), 500);
      running.awaitBegun(streams);
      try (HttpStreams first = served.clients(true)) {
        first.start(prompt(Math.min(WARM_UP_PROMPT, longPrompt)), 1);
        first.awaitBegun(1);
      }
      Processors idle = Processors.now();
      Thread.sleep(6_000);
      Processors then = Processors.now();
      long came = System.nanoTime();
      late.start(prompt(longPrompt), 1);
      late.awaitBegun(1);
      long read = System.nanoTime();
      Processors last = Processors.now();
      Thread.sleep(3_000);
      long before = came - 5 * SECOND;
      Arrivals.Gaps quiet = running.arrivals().gaps(streams, before, came);
      Arrivals.Gaps busy = running.arrivals().gaps(streams, came, read);
      Arrivals.Gaps after = running.arrivals().gaps(streams, read, System.nanoTime());
      double aim = options.stepAim().toMillis();
      double budget = Math.max(aim, 1.25 * Math.max(quiet.median(), after.median()));
      System.out.printf(
          Locale.ROOT,
          """
          prompt of %d tokens: first token after %.1f s
            tokens/s of the running streams: before it %.1f, while it was read %.1f
            between tokens of running streams before it: %s
            while it was read: %s
            after it: %s
            of the machine other processes took: before it %s, while it was read %s
            budget of a step: %.0f ms (the larger of %.0f ms and 5/4 of the median before or after it); longest wait: %.2f of it, without the prompt %.2f; longer than it: %d of %d waits
          """,
          longPrompt,
          (read - came) / 1e9,
          running.arrivals().count(before, came) / 5.0,
          running.arrivals().count(came, read) * 1e9 / (read - came),
          quiet,
          busy,
          after,
          then.wordsSince(idle),
          last.wordsSince(then),
          budget,
          aim,
          busy.longest() / budget,
          quiet.longest() / budget,
          busy.longerThan(budget),
          busy.millis().length);
    }
  }
}
