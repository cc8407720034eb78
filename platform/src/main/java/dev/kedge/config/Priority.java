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

  /** This one, or the other if that is less urgent. */
  public Priority atMost(Priority other) {
    return other.rank() < rank() ? other : this;
  }

  /** For those who compare numbers: higher is more urgent, 0 is normal. */
  public int rank() {
    return switch (this) {
      case INTERACTIVE -> 100;
      case NORMAL -> 0;
      case BATCH -> -100;
    };
  }

  /** The one of a {@link #rank}. */
  public static Priority ofRank(int rank) {
    if (rank == 0) return NORMAL;
    return rank > 0 ? INTERACTIVE : BATCH;
  }

  /** What it counts against the others. */
  public int share() {
    return share;
  }
}
