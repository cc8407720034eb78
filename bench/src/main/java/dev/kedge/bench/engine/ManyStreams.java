package dev.kedge.bench.engine;

import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.EngineStats;
import dev.kedge.engine.Generation;
import dev.kedge.engine.Model;
import dev.kedge.engine.Request;
import dev.kedge.engine.Sampling;
import dev.kedge.engine.TokenEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Many streams at once: prompts of mixed lengths, all generating, then one long prompt on top.
 * Tells how long running streams waited between two tokens, before and while the long prompt was
 * read, and compares their throughput with that of a plain batch (the same number of streams, equal
 * short prompts, nobody coming or going) in turn, round after round.
 *
 * <p>Arguments: model file, streams, length of the long prompt, tokens of a pass, threads, tokens
 * of a stream, rounds of throughput (0 measures stalls instead).
 */
public final class ManyStreams {
  private static final int MEAN_PROMPT = 55;

  private final Model model;
  private final EngineOptions options;
  private final int streams;
  private final int longPrompt;
  private final int tokens;
  private final int rounds;
  private final Random random = new Random(3);

  /** One token of one stream. */
  private record Arrival(int stream, long nanos) {}

  private ManyStreams(Model model, int[] numbers) {
    this.model = model;
    this.streams = numbers[0];
    this.longPrompt = numbers[1];
    this.tokens = numbers[4];
    this.rounds = numbers[5];
    int context = Math.min(model.info().contextLength(), longPrompt + 1024);
    int cache = streams * (tokens + 700) + longPrompt + 64;
    this.options = new EngineOptions(numbers[3], streams + 1, 16, context, cache, numbers[2], true);
  }

  /** Prints the comparison. */
  public static void main(String[] args) throws Exception {
    int[] numbers = {64, 4000, 256, Runtime.getRuntime().availableProcessors(), 24, 5};
    for (int i = 1; i < args.length; i++) numbers[i - 1] = Integer.parseInt(args[i]);
    try (Model model = Model.load(Path.of(args[0]))) {
      ManyStreams bench = new ManyStreams(model, numbers);
      System.out.println(
          model.info().name()
              + ": streams, long prompt, pass, threads, tokens, rounds = "
              + Arrays.toString(numbers));
      bench.run();
    }
  }

  private void run() throws InterruptedException {
    try (Engine engine = Engine.start(model, options)) {
      long warm = System.nanoTime();
      throughput(engine, equal(8));
      System.out.printf(Locale.ROOT, "warm-up %.1f s%n", (System.nanoTime() - warm) / 1e9);
      compare(engine);
      if (rounds > 0) return;
      stalls(engine);
      EngineStats stats = engine.stats();
      System.out.printf(
          Locale.ROOT,
          "prefix hits %d of %d tokens, interruptions %d, passes %d%n",
          stats.cachedPromptTokens(),
          stats.promptTokens(),
          stats.preemptions(),
          stats.forwardPasses());
    }
  }

  /* Both in turn, the one that begins changing from round to round; what counts is the ratio within a
   * round, since a shared machine is not the same from one minute to the next. */
  private void compare(Engine engine) throws InterruptedException {
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      boolean plainFirst = round % 2 == 0;
      double first = throughput(engine, plainFirst ? equal(count()) : mixed(count()));
      double second = throughput(engine, plainFirst ? mixed(count()) : equal(count()));
      double plain = plainFirst ? first : second;
      double mixed = plainFirst ? second : first;
      ratios[round] = 100 * mixed / plain;
      System.out.printf(
          Locale.ROOT,
          "while all generate: plain batch %.1f tokens/s, mixed prompts %.1f (%.1f %%)%n",
          plain,
          mixed,
          ratios[round]);
    }
    if (rounds == 0) return;
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "mixed prompts against the plain batch: median %.1f %% [%.1f … %.1f], %d rounds%n",
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1],
        rounds);
  }

  /* Those that begin first must still generate when the last one begins. */
  private int count() {
    return tokens + streams;
  }

  private List<Request> equal(int count) {
    List<Request> requests = new ArrayList<>();
    // As long as the mixed ones are on average.
    for (int i = 0; i < streams; i++) requests.add(request(MEAN_PROMPT, count));
    return requests;
  }

  /* From a few to a hundred tokens. */
  private List<Request> mixed(int count) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < streams; i++) requests.add(request(8 + i * 37 % 96, count));
    return requests;
  }

  private Request request(int prompt, int count) {
    int[] ids = random.ints(prompt, 3, model.info().vocabularySize()).toArray();
    return new Request(ids, count, Sampling.GREEDY, List.of(), -1, true);
  }

  /* Tokens per second from the last stream's first token to the first stream's last one. */
  private double throughput(Engine engine, List<Request> requests) throws InterruptedException {
    List<long[]> times = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    for (Request request : requests) {
      long[] own = new long[request.maxTokens()];
      times.add(own);
      Generation generation = engine.submit(request);
      readers.add(Thread.startVirtualThread(() -> read(generation, own)));
    }
    for (Thread reader : readers) reader.join();
    long from = times.stream().mapToLong(own -> own[0]).max().orElseThrow();
    long to = times.stream().mapToLong(own -> own[own.length - 1]).min().orElseThrow();
    long count = 0;
    for (long[] own : times) for (long time : own) if (time > from && time <= to) count++;
    return count / ((to - from) / 1e9);
  }

  private static void read(Generation generation, long[] times) {
    try {
      for (int i = 0; generation.next() instanceof TokenEvent.Token; i++) {
        times[i] = System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /* All streams generate; the long prompt comes; they are watched until it has its first token. */
  private void stalls(Engine engine) throws InterruptedException {
    ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    CountDownLatch generating = new CountDownLatch(streams);
    List<Generation> running = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    List<Request> requests = mixed(500);
    for (int i = 0; i < streams; i++) {
      int stream = i;
      Generation generation = engine.submit(requests.get(i));
      running.add(generation);
      readers.add(Thread.startVirtualThread(() -> watch(generation, stream, arrivals, generating)));
    }
    generating.await();
    Thread.sleep(2000);
    long came = System.nanoTime();
    long passes = engine.stats().forwardPasses();
    try (Generation late = engine.submit(request(longPrompt, 1))) {
      if (!(late.next() instanceof TokenEvent.Token)) throw new IllegalStateException("no token");
    }
    long read = System.nanoTime();
    passes = engine.stats().forwardPasses() - passes;
    running.forEach(Generation::cancel);
    for (Thread reader : readers) reader.join();
    System.out.printf(
        Locale.ROOT,
        "long prompt of %d read in %.1f s and %d passes, %.0f ms each%n",
        longPrompt,
        (read - came) / 1e9,
        passes,
        (read - came) / 1e6 / passes);
    print("before it", gaps(arrivals, came - 2_000_000_000L, came));
    print("while it was read", gaps(arrivals, came, read));
  }

  private static void watch(
      Generation generation,
      int stream,
      ConcurrentLinkedQueue<Arrival> arrivals,
      CountDownLatch generating) {
    try {
      boolean first = true;
      while (generation.next() instanceof TokenEvent.Token) {
        arrivals.add(new Arrival(stream, System.nanoTime()));
        if (first) generating.countDown();
        first = false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /* Milliseconds between successive tokens of a stream that arrived in this time. */
  private double[] gaps(Iterable<Arrival> arrivals, long from, long to) {
    long[] last = new long[streams];
    List<Double> gaps = new ArrayList<>();
    for (Arrival arrival : arrivals) {
      long before = last[arrival.stream];
      last[arrival.stream] = arrival.nanos;
      boolean within = arrival.nanos >= from && arrival.nanos <= to;
      if (before > 0 && within) gaps.add((arrival.nanos - before) / 1e6);
    }
    return gaps.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static void print(String when, double[] gaps) {
    if (gaps.length == 0) {
      System.out.println("  " + when + ": no tokens");
      return;
    }
    System.out.printf(
        Locale.ROOT,
        "  between tokens of running streams %s: median %.0f ms, 99 %% %.0f ms, longest %.0f ms%n",
        when,
        gaps[gaps.length / 2],
        gaps[(int) (gaps.length * 0.99)],
        gaps[gaps.length - 1]);
  }
}
