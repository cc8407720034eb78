package dev.kedge.bench.verdicts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.bench.verdicts.VerdictSimulation.Tally;
import dev.kedge.eval.stats.Contrast;
import org.junit.jupiter.api.Test;

/**
 * The simulation in small, seeded: bounds are the stated rates and three standard errors of so many
 * trials.
 */
class VerdictSimulationTest {
  private static final int N = 250;
  private static final int TRIALS = 1500;
  private static final int FEW = 80;
  private static final Contrast.Effort LITTLE = new Contrast.Effort(200, 199);

  private static double atMost(double rate, int trials) {
    return rate + 3 * Math.sqrt(rate * (1 - rate) / trials);
  }

  @Test
  void withoutADifferenceOneIsRarelyShown() {
    for (double base : new double[] {0.5, 0.72, 0.97}) {
      for (double correlation : new double[] {0, 0.8}) {
        Models.Shares models = Models.Shares.of(base, 0, correlation);
        Tally tally = VerdictSimulation.run(models, N, 0.03, TRIALS, 3);
        assertThat(tally.better() + tally.worse()).isLessThan(atMost(0.05, TRIALS));
      }
    }
  }

  @Test
  void aLossOfTheMarginIsRarelyCalledNotWorse() {
    for (double base : new double[] {0.5, 0.72, 0.97}) {
      Models.Shares models = Models.Shares.of(base, -0.03, 0.6);
      Tally tally = VerdictSimulation.run(models, N, 0.03, TRIALS, 4);
      assertThat(tally.untrue(-0.03, 0.03)).isLessThan(atMost(0.025, TRIALS));
      assertThat(tally.notWorse()).isGreaterThan(0);
    }
  }

  @Test
  void theDetectableDifferenceIsDetectedAsOftenAsStated() {
    double size = VerdictSimulation.detectable(N, 0.72, 1, 0.4);
    Tally tally = VerdictSimulation.run(Models.Shares.of(0.72, size, 0.4), N, 0.03, TRIALS, 5);
    assertThat(tally.better()).isBetween(0.8 - 0.031, 0.9);
  }

  @Test
  void asManyExamplesAsWereAskedForDecideAsOftenAsStated() {
    Models.Shares models = Models.Shares.of(0.72, 0, 0.4);
    int needed = (int) VerdictSimulation.needed(models).orElseThrow();
    Tally tally = VerdictSimulation.run(models, needed, 0.03, TRIALS, 6);
    assertThat(1 - tally.undecided()).isBetween(0.8 - 0.031, 0.9);
  }

  @Test
  void figuresAreNoMoreOftenWrongThanShares() {
    Models.Fields same = Models.Fields.of(0.95, 0, LITTLE);
    assertThat(VerdictSimulation.run(same, N, 0.03, FEW, 7).untrue(0, 0.03))
        .isLessThan(atMost(0.05, FEW));
    Models.Fields worse = Models.Fields.of(0.95, 0.03, LITTLE);
    double margin = -worse.difference();
    assertThat(VerdictSimulation.run(worse, N, margin, FEW, 8).untrue(-margin, margin))
        .isLessThan(atMost(0.05, FEW));
  }

  @Test
  void whoIgnoresDocumentsIsWrongTooOften() {
    Models.Documents ignored = new Models.Documents(0.8, 0, 0.6, false, LITTLE);
    Models.Documents respected = new Models.Documents(0.8, 0, 0.6, true, LITTLE);
    assertThat(VerdictSimulation.run(ignored, N, 0.05, TRIALS, 9).untrue(0, 0.05))
        .isGreaterThan(0.07);
    assertThat(VerdictSimulation.run(respected, N, 0.05, FEW, 9).untrue(0, 0.05))
        .isLessThan(atMost(0.05, FEW));
  }
}
