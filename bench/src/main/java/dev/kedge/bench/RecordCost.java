package dev.kedge.bench;

import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import dev.kedge.store.Store;
import dev.kedge.usage.Meter;
import dev.kedge.usage.MeterOptions;
import dev.kedge.usage.UsageRecord;
import dev.kedge.usage.UsageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * What it costs a call to be metered: the time that {@link Meter#record} takes, with journal, syncs
 * and store at work.
 *
 * <p>Arguments: seconds per measurement; calls per second over all threads, 0 for as many as go;
 * then numbers of threads.
 */
public final class RecordCost {
  private static final int WARM_UP_CALLS = 50_000;

  private RecordCost() {}

  /** Prints a line per number of threads. */
  public static void main(String[] args) throws Exception {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 5;
    double rate = args.length > 1 ? Double.parseDouble(args[1]) : 5_000;
    int[] threads = {1, 16};
    if (args.length > 2) {
      threads = new int[args.length - 2];
      for (int i = 0; i < threads.length; i++) threads[i] = Integer.parseInt(args[i + 2]);
    }
    for (int count : threads) measure(count, seconds, rate);
  }

  private static void measure(int threads, double seconds, double rate)
      throws IOException, InterruptedException, ExecutionException {
    Path folder = Files.createTempDirectory("record-cost");
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"));
        Meter meter = Meter.open(folder, new UsageStore(store), MeterOptions.defaults());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WARM_UP_CALLS; i++) meter.record(record("warm-" + i));
      List<Future<Histogram>> running = new ArrayList<>();
      long begin = System.nanoTime();
      long end = begin + (long) (seconds * 1e9);
      for (int t = 0; t < threads; t++) {
        String name = "call-" + t + "-";
        running.add(callers.submit(() -> calls(meter, name, end, rate / threads)));
      }
      Histogram all = new Histogram(3);
      for (Future<Histogram> each : running) all.add(each.get());
      print(threads, all, (System.nanoTime() - begin) / 1e9, meter);
    }
  }

  private static Histogram calls(Meter meter, String name, long end, double rate) {
    Histogram times = new Histogram(3);
    long gap = rate > 0 ? (long) (1e9 / rate) : 0;
    long next = System.nanoTime();
    for (int i = 0; System.nanoTime() < end; i++) {
      if (gap > 0) {
        next += gap;
        LockSupport.parkNanos(next - System.nanoTime());
      }
      UsageRecord record = record(name + i);
      long before = System.nanoTime();
      meter.record(record);
      times.recordValue(System.nanoTime() - before);
    }
    return times;
  }

  private static void print(int threads, Histogram times, double seconds, Meter meter) {
    System.out.printf(
        "%2d threads: %,9.0f records/s; mean %.1f us, p50 %.1f, p90 %.1f, p99 %.1f, p99.9 %.1f,"
            + " max %,.0f us; waited %d%n",
        threads,
        times.getTotalCount() / seconds,
        times.getMean() / 1e3,
        times.getValueAtPercentile(50) / 1e3,
        times.getValueAtPercentile(90) / 1e3,
        times.getValueAtPercentile(99) / 1e3,
        times.getValueAtPercentile(99.9) / 1e3,
        times.getMaxValue() / 1e3,
        meter.state().stalls());
  }

  private static UsageRecord record(String id) {
    return new UsageRecord(
        id,
        Instant.now(),
        "key-7f3a",
        "sales",
        Optional.of("order-desk"),
        Api.CHAT_COMPLETIONS,
        new UsageRecord.Serving("auto", "llama-70b", "large", "long prompt", "vllm-a", ""),
        TokenCounts.of(812, 640, 143),
        TokenPrice.FREE,
        Money.ZERO,
        new UsageRecord.Latency(
            Duration.ofNanos(9_000), Optional.of(Duration.ofMillis(81)), Duration.ofMillis(940)),
        UsageRecord.Outcome.ANSWERED,
        true);
  }
}
