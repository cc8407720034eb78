package dev.kedge.route;

/**
 * An upstream at one moment, for metrics and people.
 *
 * @param up whether probes find it well
 * @param draining whether it takes no new calls because it left the configuration
 * @param running calls of ours
 * @param pendingTokens estimated prompt tokens of ours that wait for a first token
 * @param tokensPerSecond prompt tokens per second, measured; 0 where nothing was of late
 * @param server what it says about itself
 */
public record UpstreamState(
    String name,
    boolean up,
    boolean draining,
    Circuit circuit,
    int running,
    long pendingTokens,
    double tokensPerSecond,
    ServerLoad server) {
  /** What its circuit breaker lets pass. */
  public enum Circuit {
    /** Everything. */
    CLOSED,
    /** Nothing, for a while. */
    OPEN,
    /** One call, as a trial. */
    HALF_OPEN
  }
}
