package dev.kedge.rollout;

import java.util.Locale;

/** How a rollout stands. */
public enum Phase {
  /** The candidate gets copies or a share. */
  RUNNING,
  /** The last stage is passed, and somebody has to promote the candidate. */
  WAITING,
  /** The candidate answers everything. */
  PROMOTED,
  /** The current model answers everything. */
  ROLLED_BACK;

  /** Whether it is still to be decided. */
  public boolean open() {
    return this == RUNNING || this == WAITING;
  }

  /** For people. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
