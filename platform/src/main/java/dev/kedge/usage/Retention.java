package dev.kedge.usage;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Deletes usage records that are older than they are kept, on a thread of its own: a thousand at a
 * time with a pause between, so that other writers of the store hardly notice. Several nodes may do
 * so on one store.
 */
public final class Retention implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());
  private static final int CHUNK = 1_000;
  private static final Duration BETWEEN_CHUNKS = Duration.ofMillis(100);
  private static final Duration BETWEEN_LOOKS = Duration.ofHours(1);

  private final UsageStore usage;
  private final Duration keep;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private Retention(UsageStore usage, Duration keep, InstantSource clock) {
    this.usage = usage;
    this.keep = keep;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("kedge-usage-retention").unstarted(this::work);
  }

  /** Begins with a first look at once; then looks every hour. */
  public static Retention start(UsageStore usage, Duration keep, InstantSource clock) {
    Retention retention = new Retention(usage, keep, clock);
    retention.thread.start();
    return retention;
  }

  private void work() {
    Duration pause;
    do {
      pause = step();
    } while (!closes(pause));
  }

  /* Deletes what one transaction may, and tells how long to wait for the next. */
  private Duration step() {
    Instant before = clock.instant().minus(keep);
    try {
      return usage.deleteOldest(before, CHUNK) < CHUNK ? BETWEEN_LOOKS : BETWEEN_CHUNKS;
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "old usage records stay for now: " + e.getMessage());
      return BETWEEN_LOOKS;
    }
  }

  private boolean closes(Duration pause) {
    try {
      return closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      return true; // nobody does that to this thread but the end of the process
    }
  }

  /** Waits for the transaction that runs. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
