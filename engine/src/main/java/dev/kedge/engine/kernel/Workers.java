package dev.kedge.engine.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed pool of compute threads that share the parts of one job after another. The caller works
 * too, so {@code threads} is the number of busy cores.
 *
 * <p>Each thread has a range of its own and takes its parts from the front, one by one:
 * neighbouring parts read neighbouring memory, which processors fetch ahead. Who has finished takes
 * parts from the end of another's range, so a thread that is held up elsewhere delays its own part
 * only.
 *
 * <p>Jobs follow each other within microseconds, so helpers spin briefly before they sleep.
 *
 * <p>One thread at a time may call {@link #run}.
 */
public final class Workers implements AutoCloseable {
  /** What a job does with each of its parts; parts must not depend on each other. */
  @FunctionalInterface
  public interface Job {
    /**
     * @param index of the part
     * @param worker the thread that does it, 0 to {@link Workers#threads} − 1, for scratch memory
     */
    void part(int index, int worker);
  }

  /** A job under way; helpers that come late to an old one find no part left. */
  private static final class Round {
    /* From one thread's range to the next's: they do not share a line of the cache. */
    private static final int APART = 16;

    final Job job;
    final int parts;
    final int threads;
    /* Per thread the first of its parts that nobody took, above, and the end of them, below. */
    final AtomicLongArray ranges;
    final AtomicInteger done = new AtomicInteger();
    final Thread caller = Thread.currentThread();
    volatile @Nullable Throwable failure;

    Round(Job job, int parts, int threads) {
      this.job = job;
      this.parts = parts;
      this.threads = threads;
      ranges = new AtomicLongArray((threads + 1) * APART);
      for (int i = 0; i < threads; i++) {
        long from = (long) parts * i / threads;
        ranges.setPlain((i + 1) * APART, from << 32 | (long) parts * (i + 1) / threads);
      }
    }

    void work(int worker) {
      int finished = 0;
      for (int part = first(worker); part >= 0; part = first(worker), finished++) run(part, worker);
      for (int i = 1; i < threads; i++) {
        int other = (worker + i) % threads;
        for (int part = last(other); part >= 0; part = last(other), finished++) run(part, worker);
      }
      if (finished > 0 && done.addAndGet(finished) == parts) LockSupport.unpark(caller);
    }

    private void run(int part, int worker) {
      try {
        if (failure == null) job.part(part, worker);
      } catch (Throwable e) {
        failure = e;
      }
    }

    private int first(int owner) {
      int at = (owner + 1) * APART;
      while (true) {
        long range = ranges.get(at);
        int part = (int) (range >>> 32);
        if (part >= (int) range) return -1;
        if (ranges.compareAndSet(at, range, range + (1L << 32))) return part;
      }
    }

    private int last(int owner) {
      int at = (owner + 1) * APART;
      while (true) {
        long range = ranges.get(at);
        int end = (int) range;
        if ((int) (range >>> 32) >= end) return -1;
        if (ranges.compareAndSet(at, range, range - 1)) return end - 1;
      }
    }
  }

  private static final int SPINS = 3_000;
  private static final long LONGEST_NAP_NANOS = 1_000_000;

  private final Thread[] helpers;
  /* Written by the caller, read by helpers. */
  private volatile @Nullable Round round;
  private volatile boolean closed;

  /** Starts {@code threads - 1} helpers. */
  public Workers(int threads) {
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] =
          Thread.ofPlatform().daemon().name("kedge-compute-" + worker).start(() -> help(worker));
    }
  }

  /** Threads that compute, the caller included. */
  public int threads() {
    return helpers.length + 1;
  }

  /** Runs {@code job} for each of 0 … parts − 1 and returns when all are done. */
  public void run(int parts, Job job) {
    if (helpers.length == 0 || parts == 1) {
      for (int part = 0; part < parts; part++) job.part(part, 0);
      return;
    }
    Round current = new Round(job, parts, helpers.length + 1);
    round = current;
    for (Thread helper : helpers) LockSupport.unpark(helper);
    current.work(0);
    for (int spins = 0; current.done.get() < parts; spins++) {
      if (spins < SPINS) Thread.onSpinWait();
      else LockSupport.parkNanos(this, LONGEST_NAP_NANOS);
    }
    Throwable failure = current.failure;
    if (failure instanceof Error error) throw error;
    if (failure != null) throw new IllegalStateException("a compute thread failed", failure);
  }

  private void help(int worker) {
    Round last = null;
    while (!closed) {
      Round current = round;
      for (int spins = 0; current == last && spins < SPINS; spins++) {
        Thread.onSpinWait();
        current = round;
      }
      if (current == last || current == null) {
        LockSupport.park(this);
        continue;
      }
      last = current;
      current.work(worker);
    }
  }

  /** Ends the helpers and waits for them. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
