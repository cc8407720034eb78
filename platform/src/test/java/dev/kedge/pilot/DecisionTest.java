package dev.kedge.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.CostPlan;
import dev.kedge.cost.CostComparison;
import dev.kedge.cost.Measured;
import dev.kedge.cost.PriceBook;
import dev.kedge.eval.Rate;
import dev.kedge.pilot.Finding.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionTest {
  private static CostComparison cost(long requestsPerMonth) {
    CostPlan plan =
        new CostPlan(
            requestsPerMonth,
            "claude-sonnet-4.5",
            1800,
            "",
            "aws-m7g-large",
            1,
            0.3,
            40.0,
            6.0,
            75.0,
            12);
    return CostComparison.of(plan, PriceBook.bundled(), new Measured(50, 30, 5, "test"));
  }

  private static Finding finding(double target, long right, long n) {
    return new Finding("Exactly right answers", target, new Rate(right, n), "");
  }

  private static Decision decide(long requestsPerMonth, Finding... findings) {
    return Decision.of(List.of(findings), cost(requestsPerMonth));
  }

  @Test
  void aTargetIsMissedOnlyWhenItsWholeIntervalLiesBelow() {
    assertThat(finding(0.85, 213, 250).outcome()).isEqualTo(Outcome.MET);
    assertThat(finding(0.85, 212, 250).outcome()).isEqualTo(Outcome.UNDECIDED);
    // 200 of 250: Wilson's interval ends at 0.845.
    assertThat(finding(0.85, 200, 250).outcome()).isEqualTo(Outcome.MISSED);
    assertThat(finding(0.85, 0, 0).outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(finding(1, 250, 250).outcome()).isEqualTo(Outcome.MET);
  }

  @Test
  void metIsNotCalledProvenWhileTheIntervalReachesBelow() {
    assertThat(finding(0.85, 215, 250).sentence()).contains("allows values below");
    assertThat(finding(0.85, 240, 250).sentence()).contains("the whole interval reaches it");
    assertThat(finding(0.99, 250, 250).beyondDoubt()).isFalse();
  }

  @Test
  void allMetAndCheaperScalesUp() {
    Decision clear = decide(300_000, finding(0.85, 240, 250));
    assertThat(clear).isInstanceOf(Decision.ScaleUp.class);
    assertThat(clear.summary()).contains("whole plausible range").doesNotContain("keep measuring");
    Decision narrow = decide(300_000, finding(0.85, 215, 250));
    assertThat(narrow).isInstanceOf(Decision.ScaleUp.class);
    assertThat(narrow.summary()).contains("still allow a value below target");
    assertThat(decide(140_000, finding(0.85, 240, 250)).summary()).contains("ranges overlap");
  }

  @Test
  void metTargetsAtADearerOrUnclearCostStay() {
    assertThat(decide(10_000, finding(0.85, 240, 250)))
        .isInstanceOf(Decision.Stay.class)
        .extracting(Decision::summary)
        .asString()
        .contains("API costs less over the whole");
    assertThat(decide(120_000, finding(0.85, 240, 250)))
        .isInstanceOf(Decision.Stay.class)
        .extracting(Decision::summary)
        .asString()
        .contains("overlap");
  }

  @Test
  void anOpenTargetStaysAndAMissedOneScalesBackWhateverTheCost() {
    assertThat(decide(300_000, finding(0.85, 240, 250), finding(0.85, 205, 250)))
        .isInstanceOf(Decision.Stay.class);
    Decision back = decide(300_000, finding(0.85, 205, 250), finding(0.85, 100, 250));
    assertThat(back).isInstanceOf(Decision.ScaleBack.class);
    assertThat(back.summary()).contains("exactly right answers");
    assertThat(back.findings()).hasSize(2);
  }
}
