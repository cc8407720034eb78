package dev.kedge.limit;

import java.time.Duration;

/**
 * How a node leases money from budgets.
 *
 * @param tick how often a node returns idle money and reports what it spent; zero: only when asked
 * @param idle after this long without a call, everything is returned
 * @param patience how long a call waits for other nodes to return idle money; at least two ticks
 * @param partsOfLimit a block is at most this part of the limit, or what the call needs
 * @param partsOfRest a block is at most this part of what is left, or what the call needs
 */
record LeasePolicy(
    Duration tick, Duration idle, Duration patience, int partsOfLimit, int partsOfRest) {
  static final LeasePolicy DEFAULT =
      new LeasePolicy(
          Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofMillis(500), 32, 8);

  /** The size of a block: {@code want} within the bounds, never less than {@code need}. */
  long block(long need, long want, long left, long limit) {
    if (need > left) return 0;
    long most = Math.min(limit / partsOfLimit, left / partsOfRest);
    return Math.max(need, Math.min(want, most));
  }
}
