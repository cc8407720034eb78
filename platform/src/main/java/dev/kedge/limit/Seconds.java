package dev.kedge.limit;

/** Times as they stand in {@code Retry-After}. */
final class Seconds {
  private static final long NANOS = 1_000_000_000;
  private static final int MOST = 86_400;

  private Seconds() {}

  /** Whole seconds, rounded up, from 1 to a day. */
  static int ofNanos(long nanos) {
    return Math.clamp(Math.ceilDiv(nanos, NANOS), 1, MOST);
  }
}
