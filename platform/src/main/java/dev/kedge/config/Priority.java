package dev.kedge.config;

/**
 * How urgent the calls of a tenant are. While calls of several priorities wait for one model, each
 * priority is served by its share, so that none starves: 16 : 4 : 1.
 */
public enum Priority {
  /** People wait for the answer. */
  INTERACTIVE(16),
  /** The default. */
  NORMAL(4),
  /** Work that can wait, such as nightly runs. */
  BATCH(1);

  private final int share;

  Priority(int share) {
    this.share = share;
  }

  /** What it counts against the others. */
  public int share() {
    return share;
  }
}
