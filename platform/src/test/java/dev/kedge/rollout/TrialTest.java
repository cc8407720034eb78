package dev.kedge.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The sequential test of a stage. */
class TrialTest {
  private static final RolloutSpec SPEC = TestingSpecs.canary(true, "20%", "50%");

  private static Seen draw(SplittableRandom random, double share, double current, double next) {
    boolean candidate = random.nextDouble() < share;
    boolean wrong = random.nextDouble() < (candidate ? next : current);
    return TestingSpecs.one(0, candidate ? Arm.CANDIDATE : Arm.CURRENT, wrong);
  }

  @Test
  void anEquallyGoodCandidateIsShownNotWorse() {
    SplittableRandom random = new SplittableRandom(1);
    Trial trial = Trial.begin(SPEC, Progress.BEGINNING);
    int calls = 0;
    while (trial.verdict() == Figure.Verdict.UNDECIDED && calls++ < 20_000) {
      trial.add(draw(random, 0.2, 0.02, 0.02));
    }
    assertThat(trial.verdict()).isEqualTo(Figure.Verdict.NOT_WORSE);
    Figure figure = trial.figures().getFirst();
    assertThat(figure.high()).isLessThan(0.1);
    assertThat(figure.compared()).isGreaterThanOrEqualTo(10);
    assertThat(figure.calls()).isGreaterThan(2 * figure.candidateCalls());
  }

  @Test
  void aCandidateThatAlwaysFailsIsFoundWithinAFewOfItsCalls() {
    SplittableRandom random = new SplittableRandom(2);
    Trial trial = Trial.begin(SPEC, Progress.BEGINNING);
    while (trial.verdict() == Figure.Verdict.UNDECIDED) trial.add(draw(random, 0.2, 0.02, 1));
    assertThat(trial.verdict()).isEqualTo(Figure.Verdict.WORSE);
    assertThat(trial.figures().getFirst().candidateCalls()).isLessThan(40);
  }

  @Test
  void aTestGoesOnFromItsBytesToTheLastBit() {
    SplittableRandom random = new SplittableRandom(3);
    Trial whole = Trial.begin(SPEC, Progress.BEGINNING);
    Trial parts = Trial.begin(SPEC, Progress.BEGINNING);
    for (int i = 0; i < 500; i++) {
      Seen seen = draw(random, 0.3, 0.1, 0.15);
      whole.add(seen);
      parts.add(seen);
      if (i % 7 == 0) parts = Trial.read(SPEC, Progress.BEGINNING, parts.bytes());
    }
    assertThat(parts.figures()).isEqualTo(whole.figures());
    assertThat(parts.bytes()).isEqualTo(whole.bytes());
  }

  @Test
  void aLossThatComesAfterTheProofIsStillSeen() {
    SplittableRandom random = new SplittableRandom(4);
    Trial trial = Trial.begin(SPEC, Progress.BEGINNING);
    while (!trial.provesNow()) trial.add(draw(random, 0.2, 0, 0));
    trial.guard();
    assertThat(trial.verdict()).isEqualTo(Figure.Verdict.NOT_WORSE);
    assertThat(trial.grounds().getFirst().compared()).isGreaterThanOrEqualTo(10);
    trial = Trial.read(SPEC, Progress.BEGINNING, trial.bytes());
    for (int i = 0; i < 500; i++) trial.add(draw(random, 0.2, 0, 1));
    assertThat(trial.verdict()).isEqualTo(Figure.Verdict.WORSE);
    assertThat(trial.grounds().getFirst().low()).isGreaterThan(0.1);
  }

  @Test
  void brokenBytesAreTold() {
    assertThatThrownBy(() -> Trial.read(SPEC, Progress.BEGINNING, new byte[] {1, 2, 3}))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void alphaIsSharedOutOverStagesAndMeasures() {
    assertThat(SPEC.level(SPEC.stages().getFirst())).isEqualTo(0.025);
  }

  /* At the margin, both "worse" and "not worse" are untrue; looked at after every call. */
  @Test
  void atTheMarginADecisionIsRarerThanItsLevel() {
    int trials = 300;
    int decided = 0;
    for (int t = 0; t < trials; t++) {
      SplittableRandom random = new SplittableRandom(100 + t);
      Trial trial = Trial.begin(SPEC, Progress.BEGINNING);
      for (int i = 0; i < 600 && trial.verdict() == Figure.Verdict.UNDECIDED; i++) {
        trial.add(draw(random, 0.5, 0.05, 0.15));
      }
      if (trial.verdict() != Figure.Verdict.UNDECIDED) decided++;
    }
    // 2.5 % of 300 are 7.5; three standard deviations above are 16.
    assertThat(decided).isLessThan(16);
  }
}
