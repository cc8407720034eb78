package dev.kedge.gate;

import static dev.kedge.gate.TestingGates.approval;
import static dev.kedge.gate.TestingGates.result;
import static dev.kedge.gate.TestingGates.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.evidence.Envelope;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.store.Store;
import dev.kedge.store.StoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keeping and signing gates, on both databases. */
class GateDeskTest extends StoreContract {
  private static final InstantSource LATER =
      InstantSource.fixed(Instant.ofEpochMilli(TestingGates.JUDGED_MS + 60_000));

  private GateDesk desk;

  @BeforeEach
  void openDesk() {
    desk = new GateDesk(store, folder, LATER);
  }

  private void refused(String id, GateDesk.Signature signature, String reason) {
    assertThatThrownBy(() -> desk.sign(id, signature))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aGateComesBackAsItWasKeptWithItsPage() throws IOException {
    GateResult result = result("g1", Outcome.PASS, false);
    GateRecord kept = desk.add(result, "Ann");
    assertThat(kept.result()).isEqualTo(result);
    assertThat(kept.standing()).isEqualTo(Standing.OPEN);
    assertThat(desk.find("g1")).contains(kept);
    assertThat(desk.reportHtml("g1"))
        .hasValueSatisfying(html -> assertThat(html).contains("passes"));
    assertThatThrownBy(() -> desk.add(result, "Ann")).hasMessageContaining("already a gate g1");
  }

  @Test
  void theLatestGatesComeFirst() throws IOException {
    for (String id : List.of("g1", "g2", "g3")) desk.add(result(id, Outcome.PASS, false), "Ann");
    assertThat(desk.latest(Optional.of("order-desk"), 2))
        .extracting(record -> record.result().id())
        .containsExactly("g3", "g2");
    assertThat(desk.latest(Optional.of("other"), 9)).isEmpty();
    assertThat(desk.latest(Optional.empty(), 9)).hasSize(3);
  }

  @Test
  void oneApprovalDecidesWhereTheTaskAsksForNoMore() throws IOException {
    desk.add(result("g1", Outcome.PASS, false), "Ann");
    GateRecord signed = desk.sign("g1", approval("Ann"));
    assertThat(signed.standing()).isEqualTo(Standing.APPROVED);
    assertThat(Files.readString(desk.evidenceFile("g1")))
        .isEqualTo(signed.evidence().orElseThrow());
    refused("g1", approval("Bob"), "already approved");
  }

  @Test
  void fourEyesAreTwoDifferentPeopleAndTheOneWhoAskedIsNotTheSecond() throws IOException {
    desk.add(result("g1", Outcome.PASS, true), "Ann");
    GateRecord first = desk.sign("g1", approval("Bob"));
    assertThat(first.standing()).isEqualTo(Standing.AWAITING_SECOND);
    assertThat(first.evidence()).isEmpty();
    refused("g1", approval("Bob"), "has signed already");
    refused("g1", approval(" bob"), "has signed already");
    refused("g1", approval("Ｂｏｂ"), "has signed already");
    refused("g1", approval("Ann"), "cannot be the second pair of eyes");
    refused("g1", approval("ANN"), "cannot be the second pair of eyes");
    assertThat(desk.sign("g1", approval("Cleo")).standing()).isEqualTo(Standing.APPROVED);
  }

  @Test
  void whoAskedMaySignFirst() throws IOException {
    desk.add(result("g1", Outcome.PASS, true), "Ann");
    desk.sign("g1", approval("Ann"));
    assertThat(desk.sign("g1", approval("Bob")).standing()).isEqualTo(Standing.APPROVED);
  }

  @Test
  void oneRejectionEndsIt() throws IOException {
    desk.add(result("g1", Outcome.PASS, true), "Ann");
    GateRecord rejected = desk.sign("g1", signature("Bob", SignOff.Decision.REJECT));
    assertThat(rejected.standing()).isEqualTo(Standing.REJECTED);
    assertThat(rejected.evidence()).isPresent();
    refused("g1", approval("Cleo"), "already rejected");
  }

  @Test
  void aGateThatDidNotPassCanOnlyBeRejected() throws IOException {
    for (Outcome outcome : List.of(Outcome.FAIL, Outcome.UNDECIDED)) {
      String id = "g-" + outcome;
      desk.add(result(id, outcome, false), "Ann");
      refused(id, approval("Bob"), "did not pass");
      assertThat(desk.sign(id, signature("Bob", SignOff.Decision.REJECT)).standing())
          .isEqualTo(Standing.REJECTED);
    }
  }

  @Test
  void onlyTheRolesOfTheTaskMaySign() throws IOException {
    desk.add(result("g1", Outcome.PASS, false, "compliance"), "Ann");
    refused("g1", approval("Bob"), "only these roles sign: compliance");
  }

  @Test
  void aSignatureNeedsAPersonARoleAndAReason() throws IOException {
    desk.add(result("g1", Outcome.PASS, false), "Ann");
    for (String name : List.of("", " ", "Bo\u200bb", "a\nb", "x".repeat(201))) {
      assertThatThrownBy(() -> desk.sign("g1", approval(name)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    refused("nothing", approval("Bob"), "no gate nothing");
    refused("../g1", approval("Bob"), "no gate ../g1");
  }

  @Test
  void ofTwoWhoSignAtOnceEachIsSeenByTheOther() throws Exception {
    desk.add(result("g1", Outcome.PASS, true), "Ann");
    List<Future<GateRecord>> signing = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        GateDesk.Signature signature = approval("Person " + i % 3);
        signing.add(threads.submit(() -> desk.sign("g1", signature)));
      }
    }
    assertThat(signing.stream().filter(one -> one.state() == Future.State.SUCCESS)).hasSize(2);
    GateRecord record = desk.find("g1").orElseThrow();
    assertThat(record.signOffs()).hasSize(2).extracting(SignOff::person).doesNotHaveDuplicates();
    assertThat(desk.altered()).isEmpty();
  }

  @Test
  void theEvidenceChecksOutAndBelongsToThisInstallation() throws IOException {
    desk.add(result("g1", Outcome.PASS, true), "Ann");
    desk.sign("g1", approval("Ann"));
    Envelope envelope =
        Envelope.parse(desk.sign("g1", approval("Bob")).evidence().orElseThrow(), "bundle");
    InstallationKey key = InstallationKey.open(folder);
    EvidenceCheck check =
        EvidenceCheck.of(
            envelope,
            key.verification(),
            Optional.of(desk.find("g1").orElseThrow().reportSha256()));
    assertThat(check.checks()).allMatch(EvidenceCheck.Check::good, "holds").hasSizeGreaterThan(9);
  }

  @Test
  void whatIsChangedBehindOurBackIsSeen() throws IOException {
    desk.add(result("g1", Outcome.FAIL, false), "Ann");
    desk.add(result("g2", Outcome.PASS, false), "Ann");
    assertThat(desk.altered()).isEmpty();
    store.write(handle ->
        handle.execute("UPDATE gate_entry SET body = REPLACE(body, 'FAIL', 'PASS') WHERE seq = 1"));
    assertThat(desk.altered()).contains("entry 1 of gate g1 was changed");
    assertThatThrownBy(() -> desk.find("g1")).hasMessageContaining("was changed");
    assertThat(desk.find("g2")).isPresent();
  }

  @Test
  void whatIsTakenAwayIsSeenToo() throws IOException {
    desk.add(result("g1", Outcome.PASS, false), "Ann");
    desk.add(result("g2", Outcome.PASS, false), "Ann");
    store.write(handle -> handle.execute("DELETE FROM gate_entry WHERE seq = 2"));
    assertThat(desk.altered()).contains("entries behind 1 are missing");
  }

  @Test
  void anotherNodeSeesTheSame() throws IOException {
    desk.add(result("g1", Outcome.PASS, false), "Ann");
    try (Store other = Store.open(url)) {
      GateDesk there = new GateDesk(other, folder, LATER);
      there.sign("g1", approval("Bob"));
    }
    assertThat(desk.find("g1").orElseThrow().standing()).isEqualTo(Standing.APPROVED);
  }
}
