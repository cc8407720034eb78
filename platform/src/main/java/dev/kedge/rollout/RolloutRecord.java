package dev.kedge.rollout;

import java.util.List;

/**
 * A rollout as it stands in the store.
 *
 * @param figures of the present stage
 * @param events in order
 */
public record RolloutRecord(
    String id,
    RolloutSpec spec,
    Progress progress,
    long beganMs,
    long changedMs,
    List<Figure> figures,
    List<RolloutEvent> events) {
  public RolloutRecord {
    figures = List.copyOf(figures);
    events = List.copyOf(events);
  }
}
