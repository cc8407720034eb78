package dev.kedge.rollout;

import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GateRecord;
import dev.kedge.gate.GateResult;
import dev.kedge.gate.Standing;
import java.util.Optional;

/**
 * Whether people have approved the gate of a candidate. The newest gate about this candidate
 * counts. A model of this process is known by its file's digest, so its gate must have judged the
 * file; a model elsewhere has none and is known by its name there.
 */
public final class GateApproval implements Decision.Gate {
  private static final int LOOKED_AT = 200;

  private final GateDesk gates;

  public GateApproval(GateDesk gates) {
    this.gates = gates;
  }

  @Override
  public boolean passed(RolloutSpec spec) {
    if (spec.gate().isEmpty()) return true;
    Optional<GateRecord> newest =
        gates.latest(spec.gate(), LOOKED_AT).stream()
            .filter(gate -> about(gate.result(), spec))
            .findFirst();
    return newest.filter(gate -> gate.standing() == Standing.APPROVED).isPresent();
  }

  private static boolean about(GateResult gate, RolloutSpec spec) {
    return is(gate.candidate(), spec.candidate(), spec.candidateSha256())
        && is(gate.current(), spec.model(), spec.currentSha256());
  }

  private static boolean is(GateResult.Side side, String name, String sha256) {
    boolean file = side.kind().equals("file");
    if (!sha256.isEmpty()) return file && side.digest().equals(sha256);
    return !file && side.label().startsWith(name + " at ");
  }
}
