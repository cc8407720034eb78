package dev.kedge.gate;

import java.util.List;
import java.util.Optional;

/**
 * A gate as it stands in the store.
 *
 * @param result what was found
 * @param requestedBy who asked for it
 * @param reportSha256 of the page for people
 * @param signOffs in the order in which they came
 * @param evidence the signed bundle as JSON; there once the gate is approved or rejected
 */
public record GateRecord(
    GateResult result,
    String requestedBy,
    String reportSha256,
    List<SignOff> signOffs,
    Optional<String> evidence) {
  public GateRecord {
    signOffs = List.copyOf(signOffs);
  }

  /** Where it stands. */
  public Standing standing() {
    return result.signOff().standing(signOffs);
  }
}
