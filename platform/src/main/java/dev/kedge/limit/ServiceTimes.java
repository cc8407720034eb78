package dev.kedge.limit;

/** What the latest calls of a model took, from getting a place to leaving it. For one thread. */
final class ServiceTimes {
  private static final int LATEST = 128;

  /** Fewer calls than these say nothing. */
  private static final int ENOUGH = 8;

  private final long[] nanos = new long[LATEST];
  private final long[] tokens = new long[LATEST];
  private long sumNanos;
  private long sumTokens;
  private long count;

  /**
   * Adds a call.
   *
   * @param estimate of its tokens, as those are that wait
   */
  void add(long serviceNanos, long estimate) {
    int slot = (int) (count++ % LATEST);
    sumNanos += serviceNanos - nanos[slot];
    sumTokens += estimate - tokens[slot];
    nanos[slot] = serviceNanos;
    tokens[slot] = estimate;
  }

  boolean known() {
    return count >= ENOUGH;
  }

  /** Nanoseconds of an average call. */
  double mean() {
    return (double) sumNanos / Math.min(count, LATEST);
  }

  /** Nanoseconds in which one place serves a token. */
  double perToken() {
    return (double) sumNanos / Math.max(1, sumTokens);
  }

  /** Nanoseconds that a call of so many tokens takes: no more than the slowest of the latest. */
  double expected(long estimate) {
    if (!known()) return 0;
    long slowest = 0;
    for (int i = 0; i < Math.min(count, LATEST); i++) slowest = Math.max(slowest, nanos[i]);
    return Math.min(estimate * perToken(), (double) slowest);
  }

  /** The quickest of the latest calls: what a call takes at least. */
  long quickest() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < Math.min(count, LATEST); i++) least = Math.min(least, nanos[i]);
    return count == 0 ? 0 : least;
  }
}
