package dev.kedge.rollout;

import java.util.List;

/**
 * A decision as it is kept.
 *
 * @param seq within the rollout, from 1
 * @param person who decided; {@code kedge} for the rule
 * @param via how that was known
 * @param before where it stood
 * @param figures as they were then
 * @param evidence the signed statement as JSON
 */
public record RolloutEvent(
    String rollout,
    long seq,
    long atMs,
    Decision.Kind kind,
    String person,
    String via,
    String reason,
    Progress before,
    Progress after,
    List<Figure> figures,
    String evidence) {
  /** Who decides where no person does. */
  public static final String RULE = "kedge";

  public RolloutEvent {
    figures = List.copyOf(figures);
  }

  /** The same with its evidence. */
  RolloutEvent signed(String statement) {
    return new RolloutEvent(
        rollout, seq, atMs, kind, person, via, reason, before, after, figures, statement);
  }
}
