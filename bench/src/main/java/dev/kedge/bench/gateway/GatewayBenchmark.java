package dev.kedge.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Measures what each gateway adds, in turn and repeatedly, and prints medians over the rounds with
 * their spread. {@code bench/gateway} starts it; {@code bench/gateway --help} tells the options.
 */
public final class GatewayBenchmark {
  private static final int[] CONCURRENCY = {1, 16, 64};
  private static final int MANY_STREAMS = 1_000;

  private final BenchmarkOptions options;
  private final List<Target> targets;

  /* Per target and figure: one value per round. */
  private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();

  private GatewayBenchmark(BenchmarkOptions options, List<Target> targets) {
    this.options = options;
    this.targets = targets;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    BenchmarkOptions options = BenchmarkOptions.parse(args);
    Files.createDirectories(options.work());
    try (Processes processes = new Processes(options.work())) {
      List<Target> targets = new Targets(options, processes).start();
      GatewayBenchmark benchmark = new GatewayBenchmark(options, targets);
      if (options.soak().isZero()) benchmark.compare();
      else benchmark.soak();
    }
  }

  private void compare() throws IOException {
    Map<String, Double> idle = new LinkedHashMap<>();
    for (Target target : targets) idle.put(target.name(), Processes.residentMiB(target.pid()));
    for (Target target : targets) warmUp(target);
    for (int round = 0; round < options.rounds(); round++) {
      for (Target target : targets) {
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds(), target.name());
        latencies(target);
        throughput(target);
        tokens(target);
      }
    }
    for (Target target : targets) manyStreams(target, idle.getOrDefault(target.name(), 0.0));
    Table.print(figures, targets.stream().map(Target::name).toList());
  }

  private void warmUp(Target target) throws IOException {
    System.err.println("warming up " + target.name());
    Load.calls(target, "fast", 16, Duration.ZERO, options.warmUp());
    /* Short streams by the thousand, then long ones: a compiler has seen each way often. */
    Load.streams(target, 1, 16, 1_000);
    Load.streams(target, 100, 200, 2);
  }

  private void latencies(Target target) throws IOException {
    for (int connections : CONCURRENCY) {
      Load.calls(target, "fast", connections, Duration.ZERO, Duration.ofSeconds(2));
      double before = Processes.processorMicros(target.pid());
      Load.Result result = Load.calls(target, "fast", connections, Duration.ZERO, options.time());
      double processor = Processes.processorMicros(target.pid()) - before;
      String at = "c=" + connections;
      keep(target, "latency p50 µs, " + at, micros(result.latency, 50));
      keep(target, "latency p99 µs, " + at, micros(result.latency, 99));
      if (connections == 64) {
        keep(target, "requests/s, upstream at once, c=64", result.perSecond());
        keep(target, "processor µs per call, c=64", processor / result.answered);
      }
      keep(target, "failed", (double) result.failed);
    }
  }

  private void throughput(Target target) throws IOException {
    for (int connections : new int[] {64, 256}) {
      Load.Result result =
          Load.calls(target, "slow", connections, Duration.ofMillis(500), options.time());
      keep(target, "requests/s, upstream 20 ms, c=" + connections, result.perSecond());
      keep(target, "failed", (double) result.failed);
    }
  }

  private void tokens(Target target) throws IOException {
    Load.Result one = Load.streams(target, 1, 1, 200);
    keep(target, "first token p50 µs, 1 stream", micros(one.firstToken, 50));
    keep(target, "first token p99 µs, 1 stream", micros(one.firstToken, 99));
    Load.Result single = Load.streams(target, 250, 1, 1);
    keep(target, "token delay p50 µs, 1 stream", micros(single.tokenDelay, 50));
    keep(target, "token delay p99 µs, 1 stream", micros(single.tokenDelay, 99));
    Load.Result some = Load.streams(target, 100, 16, 2);
    keep(target, "time per token p50 µs, 16 streams", micros(some.perToken, 50));
    keep(target, "time per token p99 µs, 16 streams", micros(some.perToken, 99));
    keep(target, "token delay p50 µs, 16 streams", micros(some.tokenDelay, 50));
    keep(target, "token delay p99 µs, 16 streams", micros(some.tokenDelay, 99));
    keep(target, "failed", (double) (one.failed + single.failed + some.failed));
  }

  private void manyStreams(Target target, double idle) throws IOException {
    System.err.println(MANY_STREAMS + " streams: " + target.name());
    int tokens = 250;
    double before = Processes.processorMicros(target.pid());
    Load.Result result = Load.streams(target, tokens, MANY_STREAMS, 1);
    double processor = Processes.processorMicros(target.pid()) - before;
    keep(target, "1,000 streams: processor µs per token", processor / result.tokens);
    keep(target, "1,000 streams: tokens missing", (double) MANY_STREAMS * tokens - result.tokens);
    keep(target, "1,000 streams: broken", (double) result.failed);
    keep(target, "1,000 streams: token delay p50 ms", micros(result.tokenDelay, 50) / 1000);
    keep(target, "1,000 streams: token delay p99 ms", micros(result.tokenDelay, 99) / 1000);
    keep(target, "memory MiB, idle", idle);
    keep(target, "memory MiB, after 1,000 streams", Processes.residentMiB(target.pid()));
  }

  /* Mixed load for long: memory must not grow once warm. */
  private void soak() throws IOException {
    Target target =
        targets.stream().filter(one -> one.name().equals("kedge")).findFirst().orElseThrow();
    warmUp(target);
    long begun = System.nanoTime();
    long calls = 0;
    long failed = 0;
    System.out.println("minute  memory MiB  calls so far  failed");
    for (int minute = 0; ; minute++) {
      double resident = Processes.residentMiB(target.pid());
      System.out.printf("%6d  %10.0f  %12d  %6d%n", minute, resident, calls, failed);
      if (System.nanoTime() - begun >= options.soak().toNanos()) return;
      Load.Result plain = Load.calls(target, "slow", 64, Duration.ZERO, Duration.ofSeconds(45));
      Load.Result streams = Load.streams(target, 100, 200, 6);
      calls += plain.answered + streams.answered;
      failed += plain.failed + streams.failed;
    }
  }

  private static double micros(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1000.0;
  }

  private void keep(Target target, String figure, double value) {
    figures
        .computeIfAbsent(figure, _ -> new TreeMap<>())
        .computeIfAbsent(target.name(), _ -> new ArrayList<>())
        .add(value);
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  static double[] range(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new double[] {sorted[0], sorted[sorted.length - 1]};
  }
}
