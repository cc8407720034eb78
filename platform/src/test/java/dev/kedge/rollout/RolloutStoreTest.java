package dev.kedge.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.config.RolloutSection;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.store.Store;
import dev.kedge.store.StoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Rollouts that several nodes share, and decisions by hand, on both databases. */
class RolloutStoreTest extends StoreContract {
  private static final RolloutDesk.Who ANN = new RolloutDesk.Who("Ann", "test");

  private static Measures measures() throws IOException {
    return Measures.of(
        TestingSpecs.section(RolloutSection.Mode.CANARY, List.of("50%"), true), Path.of("."));
  }

  private Rollouts node(Store of) {
    return Rollouts.start(of, folder, InstantSource.system(), _ -> true);
  }

  private RolloutDesk desk() {
    return new RolloutDesk(store, folder, InstantSource.system());
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) throw new AssertionError("waited for 20 s in vain");
      Thread.onSpinWait();
    }
  }

  private static void feed(Rollout rollout, int calls, boolean candidateFails) {
    int stage = rollout.progress().stage();
    for (int i = 0; i < calls; i++) {
      rollout.saw(TestingSpecs.one(stage, Arm.CURRENT, false));
      rollout.saw(TestingSpecs.one(stage, Arm.CANDIDATE, candidateFails));
    }
  }

  @Test
  void severalNodesFeedOneTestAndOneDecisionWins() throws IOException {
    RolloutSpec spec = TestingSpecs.canary(true, "30%", "60%");
    List<Rollout> nodes = new ArrayList<>();
    try (Store second = Store.open(url);
        Rollouts a = node(store);
        Rollouts b = node(second)) {
      nodes.add(a.open(spec, measures()));
      nodes.add(b.open(spec, measures()));
      await(() -> {
        nodes.forEach(node -> feed(node, 5, false));
        return nodes.stream().allMatch(node -> node.progress().phase() == Phase.PROMOTED);
      });
      assertThat(nodes).allMatch(node -> node.takes(0.999));
    }
    RolloutRecord record = desk().find(spec.id()).orElseThrow();
    assertThat(record.events())
        .extracting(RolloutEvent::kind)
        .containsExactly(Decision.Kind.BEGAN, Decision.Kind.STEP, Decision.Kind.PROMOTED);
    assertThat(RolloutEvidence.check(record, List.of(InstallationKey.open(folder).verification())))
        .isEmpty();
  }

  @Test
  void whatWasSeenIsThereAfterARestart() throws IOException {
    RolloutSpec spec = TestingSpecs.canary(true, "50%");
    try (Rollouts node = node(store)) {
      feed(node.open(spec, measures()), 7, false);
    }
    try (Rollouts node = node(store)) {
      Rollout again = node.open(spec, measures());
      assertThat(again.figures().getFirst().compared()).isEqualTo(7);
      feed(again, 3, false);
    }
    assertThat(desk().find("old").orElseThrow().figures().getFirst().compared()).isEqualTo(10);
  }

  @Test
  void aCallOfAnEarlierStageIsNotCounted() throws IOException {
    RolloutSpec spec = TestingSpecs.canary(true, "50%");
    try (Rollouts node = node(store)) {
      Rollout rollout = node.open(spec, measures());
      rollout.saw(TestingSpecs.one(4, Arm.CURRENT, false));
      rollout.saw(TestingSpecs.one(4, Arm.CANDIDATE, true));
    }
    assertThat(desk().find("old").orElseThrow().figures().getFirst().calls()).isZero();
  }

  @Test
  void peopleHoldResumePromoteAndRollBackAndNodesFollow() throws IOException {
    RolloutSpec spec = TestingSpecs.canary(true, "50%");
    try (Rollouts node = node(store)) {
      Rollout rollout = node.open(spec, measures());
      desk().act("old", RolloutDesk.Action.HOLD, ANN, "holidays");
      await(() -> rollout.progress().held());
      feed(rollout, 400, false);
      await(() -> rollout.figures().getFirst().compared() > 0);
      assertThat(rollout.progress().phase()).isEqualTo(Phase.RUNNING);
      desk().act("old", RolloutDesk.Action.RESUME, ANN, "back");
      await(() -> rollout.progress().phase() == Phase.PROMOTED);
      desk().act("old", RolloutDesk.Action.ROLLBACK, ANN, "complaints");
      await(() -> !rollout.takes(0));
      desk().act("old", RolloutDesk.Action.RESTART, ANN, "mended");
      await(() -> rollout.takes(0.4) && !rollout.takes(0.6));
    }
    RolloutRecord record = desk().find("old").orElseThrow();
    assertThat(record.events())
        .extracting(RolloutEvent::person)
        .containsExactly("kedge", "Ann", "Ann", "kedge", "Ann", "Ann");
    assertThat(RolloutEvidence.check(record, List.of(InstallationKey.open(folder).verification())))
        .isEmpty();
    assertThatThrownBy(() -> desk().act("old", RolloutDesk.Action.RESUME, ANN, "again"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("not held");
    assertThatThrownBy(() -> desk().act("none", RolloutDesk.Action.HOLD, ANN, "why"))
        .hasMessageContaining("no rollout none");
    assertThatThrownBy(() -> desk().act("old", RolloutDesk.Action.HOLD, ANN, " "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHeldCandidateThatFailsIsRolledBackAllTheSame() throws IOException {
    RolloutSpec spec = TestingSpecs.canary(true, "50%");
    try (Rollouts node = node(store)) {
      Rollout rollout = node.open(spec, measures());
      desk().act("old", RolloutDesk.Action.HOLD, ANN, "holidays");
      await(() -> rollout.progress().held());
      await(() -> {
        feed(rollout, 5, true);
        return rollout.progress().phase() == Phase.ROLLED_BACK;
      });
    }
  }

  @Test
  void withoutItsGateNoStepIsTakenAndALateLossIsSeen() throws IOException {
    RolloutSpec spec = TestingSpecs.canary(true, "50%");
    try (Rollouts node = Rollouts.start(store, folder, InstantSource.system(), _ -> false)) {
      Rollout rollout = node.open(spec, measures());
      feed(rollout, 500, false);
      await(() -> rollout.ready());
      assertThat(rollout.progress()).isEqualTo(Progress.BEGINNING);
    }
    try (Rollouts node = node(store)) {
      Rollout rollout = node.open(spec, measures());
      await(() -> rollout.progress().phase() == Phase.PROMOTED);
    }
    RolloutRecord record = desk().find("old").orElseThrow();
    assertThat(record.events().getLast().figures().getFirst().high()).isLessThan(0.1);
  }

  @Test
  void evidenceThatWasChangedIsNamed() throws IOException {
    RolloutSpec spec = TestingSpecs.canary(true, "50%");
    try (Rollouts node = node(store)) {
      node.open(spec, measures());
    }
    desk().act("old", RolloutDesk.Action.ROLLBACK, ANN, "complaints");
    RolloutRecord good = desk().find("old").orElseThrow();
    var key = List.of(InstallationKey.open(folder).verification());
    List<Path> files = desk().export(good);
    assertThat(files).hasSize(2).allMatch(Files::exists);
    List<String> evidence = good.events().stream().map(RolloutEvent::evidence).toList();
    assertThat(RolloutEvidence.check(evidence, key)).isEmpty();
    assertThat(RolloutEvidence.check(evidence.subList(1, 2), key))
        .anyMatch(what -> what.contains("does not follow the one before"));
    store.write(
        handle -> handle.execute("UPDATE rollout SET phase = 'PROMOTED' WHERE id = ?", spec.id()));
    assertThat(RolloutEvidence.check(desk().find("old").orElseThrow(), key))
        .containsExactly("it stands where no decision led");
  }
}
