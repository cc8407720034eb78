package dev.kedge.limit;

import java.util.LinkedHashSet;

/**
 * The calls of one tenant with one priority: those that wait, in order of arrival, and the virtual
 * time at which the next one is due. Part of {@link FairShares}; guarded by the queue's lock.
 */
final class Flow {
  final String tenant;
  final FairShares.Rank rank;

  /** Makes the order of equal tags the order of arrival. */
  final long number;

  final LinkedHashSet<Turn> turns = new LinkedHashSet<>();
  double weight;
  double tag;
  long waitingTokens;
  int running;

  Flow(String tenant, FairShares.Rank rank, long number) {
    this.tenant = tenant;
    this.rank = rank;
    this.number = number;
  }

  boolean waits() {
    return !turns.isEmpty();
  }

  /** Waiting calls as shares of the queue, with some more. */
  double load(int more) {
    return (turns.size() + more) / (weight * rank.share);
  }
}
