package dev.kedge.base;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what takes too long: one thread for any number of waits. A wait that is extended costs its
 * owner one volatile write; the thread sleeps until the earliest time that it last saw. Any thread
 * may call.
 */
public final class Watchdog implements AutoCloseable {
  private static final long IDLE_NANOS = 3_600_000_000_000L;

  /** What may take too long. */
  public interface Guarded {
    /** {@link System#nanoTime()} at which it must have ended; may change at any time. */
    long due();

    /** Time is up. Called once, by the watchdog's thread; must not block. */
    void expire();
  }

  private final Set<Guarded> guarded = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  /* When the thread looks next; written by it alone, read by those that move a time forward. */
  private volatile long wake = System.nanoTime();
  private volatile boolean closed;

  public Watchdog() {
    thread = Thread.ofVirtual().name("kedge-watchdog").unstarted(this::run);
    thread.start();
  }

  public void watch(Guarded wait) {
    guarded.add(wait);
    sooner(wait.due());
  }

  /** To be told where a guarded time moved forward, not back. */
  public void sooner(long due) {
    if (due - wake < 0) LockSupport.unpark(thread);
  }

  public void release(Guarded wait) {
    guarded.remove(wait);
  }

  private void run() {
    while (!closed) {
      long now = System.nanoTime();
      long next = now + IDLE_NANOS;
      /* Whoever comes during the look below wakes us again: the permit is kept for the park. */
      wake = next;
      for (Iterator<Guarded> all = guarded.iterator(); all.hasNext(); ) {
        Guarded wait = all.next();
        long due = wait.due();
        if (due - now > 0) {
          if (due - next < 0) next = due;
        } else {
          all.remove();
          wait.expire();
        }
      }
      wake = next;
      LockSupport.parkNanos(this, next - now);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
