package dev.kedge.limit;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one subject has taken. The number of running calls also guards against being forgotten: a
 * count with running calls stays, and one that is forgotten cannot be entered any more. Any thread.
 */
final class Count {
  /** Of subjects without limits; never read. */
  static final Count UNLIMITED = new Count();

  private static final int GONE = Integer.MIN_VALUE;

  final Bucket requests = new Bucket();
  final Bucket tokens = new Bucket();
  private final AtomicInteger running = new AtomicInteger();

  /** What came of entering. */
  enum Entered {
    IN,
    FULL,
    FORGOTTEN
  }

  Entered enter(int most) {
    while (true) {
      int calls = running.get();
      if (calls == GONE) return Entered.FORGOTTEN;
      if (calls >= most) return Entered.FULL;
      if (running.compareAndSet(calls, calls + 1)) return Entered.IN;
    }
  }

  void leave() {
    running.decrementAndGet();
  }

  /**
   * Closes the count if nothing in it differs from a new one. Called under the map's lock of its
   * entry only: who finds a count closed waits there until it is taken out or open again.
   */
  boolean forget(long now) {
    if (!running.compareAndSet(0, GONE)) return false;
    // Only now nobody can take; a count that is not full is opened again.
    if (requests.isFull(now) && tokens.isFull(now)) return true;
    running.set(0);
    return false;
  }
}
