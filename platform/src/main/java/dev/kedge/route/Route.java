package dev.kedge.route;

import dev.kedge.config.UpstreamSection;
import java.util.List;
import java.util.Optional;

/**
 * Who answers a call and why, for headers and records.
 *
 * @param answeredBy name of the upstream or of the engine's model
 * @param upstream its section, absent for the engine
 * @param reason why it
 * @param attempts starts of the call, this one included
 * @param failed who was tried before, in order
 */
public record Route(
    String answeredBy,
    Optional<UpstreamSection> upstream,
    Reason reason,
    int attempts,
    List<Failed> failed) {
  public Route {
    failed = List.copyOf(failed);
  }

  /** Why a server was chosen. */
  public enum Reason {
    /** The shorter time to a first token. */
    LOAD,
    /** Its cache holds most of the prompt's beginning. */
    PREFIX,
    /** Others before it failed or could take no call. */
    FAILOVER,
    /** No upstream could answer. */
    LAST_RESORT,
    /** The model runs in this process and nowhere else. */
    ENGINE
  }

  /**
   * An attempt that failed.
   *
   * @param code of its failure
   */
  public record Failed(String upstream, String code) {}
}
