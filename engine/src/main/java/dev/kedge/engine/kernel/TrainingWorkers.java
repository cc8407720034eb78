package dev.kedge.engine.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed pool of platform threads that share numbered units of one job at a time; the caller works
 * too. Results must not depend on which thread takes which unit: a unit owns the elements it
 * writes. Only one thread may call {@link #run}, and units must not call it.
 */
public final class TrainingWorkers implements AutoCloseable {
  private static final int SPINS = 2_000;

  /** One unit of a job. */
  @FunctionalInterface
  public interface Unit {
    /**
     * @param index the unit, counted from 0
     * @param worker the running thread, from 0 to {@link TrainingWorkers#threads()} − 1, for
     *     scratch memory
     */
    void run(int index, int worker);
  }

  private final Thread[] helpers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger working = new AtomicInteger();

  /* Written before `round`, which publishes them. */
  private @Nullable Unit unit;
  private int units;
  private int rounds; // counted by the caller alone
  private volatile int round;
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  /** Starts {@code threads} − 1 helper threads. */
  public TrainingWorkers(int threads) {
    if (threads < 1) throw new IllegalArgumentException("threads must be at least 1: " + threads);
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] =
          Thread.ofPlatform().daemon().name("kedge-train-" + worker).start(() -> help(worker));
    }
  }

  /** Helper threads and the caller. */
  public int threads() {
    return helpers.length + 1;
  }

  /** Runs units 0 to {@code count} − 1 and returns when all are done. */
  @SuppressWarnings(
      "ThreadPriorityCheck") // yields only where a helper still works on its last unit
  public void run(int count, Unit body) {
    if (count <= 0) return;
    if (helpers.length == 0 || count == 1) {
      for (int i = 0; i < count; i++) body.run(i, 0);
      return;
    }
    unit = body;
    units = count;
    next.set(0);
    working.set(helpers.length);
    round = ++rounds;
    for (Thread helper : helpers) LockSupport.unpark(helper);
    take(0, body, count);
    for (int spins = 0; working.get() != 0; spins++) {
      if (spins < SPINS) Thread.onSpinWait();
      else Thread.yield();
    }
    unit = null;
    Throwable failed = failure;
    if (failed == null) return;
    failure = null;
    throw new IllegalStateException("a unit of work failed", failed);
  }

  private void take(int worker, Unit body, int count) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement())
        body.run(i, worker);
    } catch (RuntimeException | Error e) {
      failure = e;
      next.set(count);
    }
  }

  private void help(int worker) {
    int seen = 0;
    while (true) {
      for (int spins = 0; round == seen && !closed; spins++) {
        if (spins < SPINS) Thread.onSpinWait();
        else LockSupport.park(this);
      }
      if (closed) return;
      seen = round;
      Unit body = unit;
      if (body != null) take(worker, body, units);
      working.decrementAndGet();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) LockSupport.unpark(helper);
  }
}
