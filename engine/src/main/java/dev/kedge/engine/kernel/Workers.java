package dev.kedge.engine.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed pool of compute threads that share the parts of one job after another. The caller works
 * too, so {@code threads} is the number of busy cores. Parts are handed out one by one, so a thread
 * that is held up elsewhere delays its own part only.
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
    final Job job;
    final int parts;
    final AtomicInteger next = new AtomicInteger();
    final AtomicInteger done = new AtomicInteger();
    final Thread caller = Thread.currentThread();
    volatile @Nullable Throwable failure;

    Round(Job job, int parts) {
      this.job = job;
      this.parts = parts;
    }

    void work(int worker) {
      for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
        try {
          if (failure == null) job.part(part, worker);
        } catch (Throwable e) {
          failure = e;
        } finally {
          if (done.incrementAndGet() == parts) LockSupport.unpark(caller);
        }
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
    Round current = new Round(job, parts);
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
