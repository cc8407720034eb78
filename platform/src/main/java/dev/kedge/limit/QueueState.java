package dev.kedge.limit;

import java.util.Map;

/**
 * A queue at one moment.
 *
 * @param waitingByTenant tenants with waiting calls only
 * @param waitSeconds until all that wait now would have a place; 0 where it is not known
 */
public record QueueState(
    int running,
    int waiting,
    QueueSize size,
    Map<String, Integer> waitingByTenant,
    double waitSeconds) {
  public QueueState {
    waitingByTenant = Map.copyOf(waitingByTenant);
  }
}
