package dev.kedge.limit;

/** A place at a model, held while a call runs. Any thread may close it, from then on it is free. */
public final class Place implements AutoCloseable {
  final Flow flow;
  final long tokens;
  final long since;
  private final FairQueue queue;
  private final long waitedNanos;

  /* Guarded by the lock of the queue. */
  private boolean left;

  Place(FairQueue queue, Flow flow, long tokens, long since, long waitedNanos) {
    this.queue = queue;
    this.flow = flow;
    this.tokens = tokens;
    this.since = since;
    this.waitedNanos = waitedNanos;
  }

  /** How long the call waited for it. */
  public long waitedNanos() {
    return waitedNanos;
  }

  /**
   * Leaves the place.
   *
   * @param usedTokens what the call cost; the tenant's share is charged with it instead of with the
   *     estimate
   */
  public void close(long usedTokens) {
    queue.leave(this, Math.clamp(usedTokens, 1, 1L << 40));
  }

  /** Leaves the place of a call whose cost is not known: the estimate counts. */
  @Override
  public void close() {
    queue.leave(this, tokens);
  }

  /** Under the queue's lock; false if it was left before. */
  boolean markLeft() {
    if (left) return false;
    left = true;
    return true;
  }
}
