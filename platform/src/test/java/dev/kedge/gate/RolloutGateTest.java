package dev.kedge.gate;

import static dev.kedge.gate.TestingGates.approval;
import static dev.kedge.gate.TestingGates.result;
import static dev.kedge.gate.TestingGates.signature;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.ConfigFile;
import dev.kedge.config.RolloutSection;
import dev.kedge.rollout.GateApproval;
import dev.kedge.rollout.RolloutSpec;
import dev.kedge.store.StoreContract;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which gate lets a rollout take a step, on both databases. */
class RolloutGateTest extends StoreContract {
  private static final String OLD = "a".repeat(64);
  private static final String NEW = "c".repeat(64);

  private GateDesk desk;
  private GateApproval approval;

  @BeforeEach
  void openDesk() {
    InstantSource later =
        InstantSource.fixed(Instant.ofEpochMilli(TestingGates.JUDGED_MS + 60_000));
    desk = new GateDesk(store, folder, later);
    approval = new GateApproval(desk);
  }

  private static RolloutSpec spec(String yaml, String current, String candidate) {
    RolloutSection section =
        ConfigFile.parse("candidate: new\n" + yaml, "test", RolloutSection.class);
    return RolloutSpec.of("old", section, current, candidate);
  }

  @Test
  void withoutAGateInTheRuleNoneIsNeeded() {
    assertThat(approval.passed(spec("", OLD, NEW))).isTrue();
  }

  @Test
  void aGateLetsItsOwnCandidatePassOnceItIsSigned() throws IOException {
    RolloutSpec spec = spec("gate: order-desk\n", OLD, NEW);
    assertThat(approval.passed(spec)).isFalse();
    desk.add(result("g1", Outcome.PASS, false), "Ann");
    assertThat(approval.passed(spec)).as("judged, not signed").isFalse();
    desk.sign("g1", approval("Ann"));
    assertThat(approval.passed(spec)).isTrue();
    assertThat(approval.passed(spec("gate: order-desk\n", OLD, "f".repeat(64)))).isFalse();
    assertThat(approval.passed(spec("gate: order-desk\n", "f".repeat(64), NEW))).isFalse();
    assertThat(approval.passed(spec("gate: other\n", OLD, NEW))).isFalse();
    assertThat(approval.passed(spec("gate: order-desk\n", "", ""))).isFalse();
  }

  @Test
  void aLaterRejectionStandsAboveAnEarlierApproval() throws IOException {
    desk.add(result("g1", Outcome.PASS, false), "Ann");
    desk.sign("g1", approval("Ann"));
    desk.add(result("g2", Outcome.PASS, false), "Ann");
    desk.sign("g2", signature("Bob", SignOff.Decision.REJECT));
    assertThat(approval.passed(spec("gate: order-desk\n", OLD, NEW))).isFalse();
  }
}
