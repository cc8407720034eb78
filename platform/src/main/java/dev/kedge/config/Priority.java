package dev.kedge.config;

/**
 * How urgent the calls of a tenant are. While calls of several priorities wait for one model, each
 * priority is served by its share, so that none starves: 16 : 4 : 1.
 */
public enum Priority {
  /** People wait for the answer. */
  INTERACTIVE(100, 16),
  /** The default. */
  NORMAL(0, 4),
  /** Work that can wait, such as nightly runs. */
  BATCH(-100, 1);

  private final int rank;
  private final int share;

  Priority(int rank, int share) {
    this.rank = rank;
    this.share = share;
  }

  /** This one, or the other if that is less urgent. */
  public Priority atMost(Priority other) {
    return other.rank < rank ? other : this;
  }

  /** For those who compare numbers: higher is more urgent, 0 is normal. */
  public int rank() {
    return rank;
  }

  /** The one of a {@link #rank}. */
  public static Priority ofRank(int rank) {
    return rank > 0 ? INTERACTIVE : rank < 0 ? BATCH : NORMAL;
  }

  /** What it counts against the others. */
  public int share() {
    return share;
  }
}
