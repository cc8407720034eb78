package dev.kedge.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket that holds one minute's worth of a rate and refills evenly, as one number: the time at
 * which it will be full again (the generic cell rate algorithm, ITU-T I.371, of which this is the
 * virtual scheduling form). Amounts are therefore nanoseconds of refilling, and a change of the
 * rate keeps the share that is filled. Any thread; one compare-and-set a call.
 */
final class Bucket {
  static final long MINUTE = 60_000_000_000L;

  private final AtomicLong fullAt = new AtomicLong();

  /** The nanoseconds in which a rate refills an amount. */
  static long nanos(long amount, long perMinute) {
    // Exact for whole results up to 104 days; a rounded one only shifts the refill by a nanosecond.
    return (long) Math.ceil(amount * ((double) MINUTE / perMinute));
  }

  /**
   * Takes an amount if it is there.
   *
   * @return 0 if it was taken, else the nanoseconds until it would be there
   */
  long take(long nanos, long now) {
    while (true) {
      long full = fullAt.get();
      long next = Math.max(full, now) + nanos;
      if (next - now > MINUTE) return next - now - MINUTE;
      if (fullAt.compareAndSet(full, next)) return 0;
    }
  }

  /** Returns what was taken for a call that did not start. */
  void giveBack(long nanos) {
    if (nanos != 0) fullAt.addAndGet(-nanos);
  }

  /** Takes more, below empty if need be, or returns some: a bucket is never more than full. */
  void correct(long nanos, long now) {
    fullAt.updateAndGet(full -> Math.max(full, now) + nanos);
  }

  boolean isFull(long now) {
    return fullAt.get() <= now;
  }
}
