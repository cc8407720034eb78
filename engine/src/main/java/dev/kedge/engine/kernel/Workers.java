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

  /** As {@link Job} for parts that are better done in a row. */
  @FunctionalInterface
  public interface RangeJob {
    /** Does parts {@code from} to {@code to} − 1. */
    void parts(int from, int to, int worker);
  }

  /** A job under way; helpers that come late to an old one find no part left. */
  private static final class Round {
    /* From one thread's range to the next's: they do not share a line of the cache. */
    private static final int APART = 16;

    final RangeJob job;
    final int parts;
    /* Whether a thread takes many at once. */
    final boolean ranges;
    final int threads;
    /* Per thread the first of its parts that nobody took, above, and the end of them, below. */
    final AtomicLongArray left;
    final AtomicInteger done = new AtomicInteger();
    final Thread caller = Thread.currentThread();
    volatile @Nullable Throwable failure;

    Round(RangeJob job, int parts, boolean ranges, int threads) {
      this.job = job;
      this.parts = parts;
      this.ranges = ranges;
      this.threads = threads;
      left = new AtomicLongArray((threads + 1) * APART);
      for (int i = 0; i < threads; i++) {
        left.setPlain(
            (i + 1) * APART, range((long) parts * i / threads, (long) parts * (i + 1) / threads));
      }
    }

    private static long range(long from, long to) {
      return from << 32 | to;
    }

    void work(int worker) {
      int finished = 0;
      for (int i = 0; i < threads; i++) {
        int owner = (worker + i) % threads;
        for (long taken = take(owner, i == 0); taken != 0; taken = take(owner, i == 0)) {
          int from = (int) (taken >>> 32);
          int to = (int) taken;
          try {
            if (failure == null) job.parts(from, to, worker);
          } catch (Throwable e) {
            failure = e;
          }
          finished += to - from;
        }
      }
      if (finished > 0 && done.addAndGet(finished) == parts) LockSupport.unpark(caller);
    }

    /* Takes some from the front or the end of a thread's range; 0 if nothing is left. */
    private long take(int owner, boolean front) {
      int at = (owner + 1) * APART;
      while (true) {
        long range = left.get(at);
        long from = range >>> 32;
        long to = (int) range;
        if (from >= to) return 0;
        // A part of what is left: the rest is for others, in case that this thread is held up.
        long count = ranges ? Math.ceilDiv(to - from, 3) : 1;
        long rest = front ? range(from + count, to) : range(from, to - count);
        if (left.compareAndSet(at, range, rest)) {
          return front ? range(from, from + count) : range(to - count, to);
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
    RangeJob each =
        (from, to, worker) -> {
          for (int part = from; part < to; part++) job.part(part, worker);
        };
    share(parts, false, each);
  }

  /** As above, with parts in as few pieces as it takes to keep all threads busy to the end. */
  public void runRanges(int parts, RangeJob job) {
    if (helpers.length == 0 || parts == 1) job.parts(0, parts, 0);
    else share(parts, true, job);
  }

  private void share(int parts, boolean ranges, RangeJob job) {
    Round current = new Round(job, parts, ranges, helpers.length + 1);
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
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
      ThreadEnd.await(helper);
    }
  }
}
