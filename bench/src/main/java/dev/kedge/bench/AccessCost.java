package dev.kedge.bench;

import dev.kedge.access.Access;
import dev.kedge.access.KeyTerms;
import dev.kedge.access.Keys;
import dev.kedge.config.AccessSection;
import dev.kedge.config.Priority;
import dev.kedge.config.RateLimits;
import dev.kedge.limit.FairQueue;
import dev.kedge.limit.Place;
import dev.kedge.limit.QueueSize;
import dev.kedge.limit.Rates;
import dev.kedge.limit.Rates.Permit;
import dev.kedge.limit.Rates.Subject;
import dev.kedge.limit.Ticket;
import dev.kedge.store.Store;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What it costs a call to be known, to be counted and to get a place where one is free: nanoseconds
 * per call, as many calls as go, from so many threads.
 *
 * <p>Arguments: seconds per measurement; then numbers of threads.
 */
public final class AccessCost {
  private static final int BATCH = 256;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private AccessCost() {}

  /** One call of what is measured. */
  private interface Step {
    void run() throws InterruptedException;
  }

  /** Prints a line per measurement. */
  public static void main(String[] args) throws Exception {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 2;
    List<Integer> threads = new ArrayList<>();
    for (int i = 1; i < args.length; i++) threads.add(Integer.parseInt(args[i]));
    if (threads.isEmpty()) threads.addAll(List.of(1, 2, 16));
    Path folder = Files.createTempDirectory("access-cost");
    InstantSource clock = InstantSource.system();
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"))) {
      Keys keys = new Keys(store, clock, new SecureRandom());
      for (int i = 0; i < 1000; i++) {
        keys.create("k" + i, "sales", KeyTerms.user(), Optional.empty());
      }
      String key = keys.create("mine", "sales", KeyTerms.user(), Optional.empty()).text();
      try (Access access = Access.open(AccessSection.DEFAULT, List.of(), false, store, clock)) {
        for (int count : threads) {
          measure("authenticate a key", count, seconds, () -> access.authenticate(key));
          measure("rates of key and tenant", count, seconds, rates());
          measure("place, one free", count, seconds, places());
        }
      }
    }
  }

  private static Step rates() {
    Rates rates = new Rates(System::nanoTime, 100_000);
    RateLimits limits =
        new RateLimits(
            Optional.of(Integer.MAX_VALUE), Optional.of(1L << 50), Optional.of(Integer.MAX_VALUE));
    Subject key = new Subject("kdg_aaaaaaaaaa", limits);
    Subject tenant = new Subject("sales", limits);
    return () -> {
      Permit permit = rates.take(key, tenant, 1000);
      permit.close(300);
    };
  }

  private static Step places() {
    FairQueue queue = new FairQueue("m", new QueueSize(64, 256), System::nanoTime);
    return () -> {
      long deadline = System.nanoTime() + HOUR_NANOS;
      Place place = queue.enter(new Ticket("sales", 1, Priority.NORMAL, 1000, deadline));
      place.close(300);
    };
  }

  private static void measure(String what, int threads, double seconds, Step step)
      throws Exception {
    run(threads, seconds / 2, step);
    Cost cost = run(threads, seconds, step);
    System.out.printf(
        Locale.ROOT,
        "%-26s %3d threads %8.0f ns of processor %8.0f ns of time per call%n",
        what,
        threads,
        cost.processorNanos / (double) cost.calls,
        cost.nanos / (double) cost.calls);
  }

  /** Sums over threads, so that other work on the machine counts in the second number only. */
  private record Cost(long calls, long processorNanos, long nanos) {}

  private static Cost run(int threads, double seconds, Step step) throws Exception {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long calls = 0;
    long processor = 0;
    long nanos = 0;
    try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
      List<Future<Cost>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(
            callers.submit(() -> {
              long done = 0;
              long begin = System.nanoTime();
              long used = clock.getCurrentThreadCpuTime();
              while (System.nanoTime() - end < 0) {
                for (int n = 0; n < BATCH; n++) step.run();
                done += BATCH;
              }
              return new Cost(
                  done, clock.getCurrentThreadCpuTime() - used, System.nanoTime() - begin);
            }));
      }
      for (Future<Cost> each : running) {
        calls += each.get().calls;
        processor += each.get().processorNanos;
        nanos += each.get().nanos;
      }
    }
    return new Cost(calls, processor, nanos);
  }
}
