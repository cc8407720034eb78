package dev.kedge.rollout;

import java.util.List;
import java.util.Optional;

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

  /**
   * What the rule's last verdict on the present stage rested on, where it is no longer running; the
   * present figures then only watch for a late loss.
   */
  public Optional<List<Figure>> decidedOn() {
    if (progress.phase() == Phase.RUNNING) return Optional.empty();
    return events.reversed().stream()
        .filter(event -> event.person().equals(RolloutEvent.RULE))
        .filter(event -> event.after().stage() == progress.stage())
        .findFirst()
        .map(RolloutEvent::figures)
        .filter(known -> !known.isEmpty());
  }
}
