package dev.kedge.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests and intervals of paired shares. */
class SharesTest {
  /** Sums of binomial coefficients over powers of two, in exact integer arithmetic. */
  @ParameterizedTest
  @CsvSource({
    "2, 12, 0.012939453125",
    "12, 2, 0.012939453125",
    "12, 28, 0.01658900337497471",
    "0, 0, 1",
    "5, 5, 1",
    "0, 5, 0.0625"
  })
  void mcNemarsTestIsExact(long onlyFirst, long onlySecond, double p) {
    assertThat(McNemar.exact(onlyFirst, onlySecond)).isCloseTo(p, within(1e-12));
  }

  @Test
  void mcNemarsTestSurvivesManyCases() {
    assertThat(McNemar.exact(50_000, 50_000)).isCloseTo(1, within(1e-6));
    assertThat(McNemar.exact(49_000, 51_000)).isBetween(1e-11, 1e-8);
  }

  /**
   * Made with scipy 1.17.1: the constrained likelihood maximised numerically, the interval's ends
   * by brentq; no formula in common with the code under test.
   */
  @ParameterizedTest
  @CsvSource({
    "44, 1, 0, -0.0593932, 0.1180771, 0.060988406",
    "250, 14, 10, -0.0239130, 0.0574034, 0.012968318",
    "250, 3, 12, -0.0717110, -0.0064600, 0.655654320",
    "50, 12, 2, 0.0611124, 0.3447087, 0.001387265",
    "300, 0, 0, -0.0126430, 0.0126430, 0.001159391"
  })
  void theScoreTestAgreesWithALikelihoodThatIsMaximisedNumerically(
      long n, long gained, long lost, double low, double high, double pNotWorse) {
    Interval interval = ScoreTest.interval(n, gained, lost);
    assertThat(interval.low()).isCloseTo(low, within(2e-6));
    assertThat(interval.high()).isCloseTo(high, within(2e-6));
    assertThat(ScoreTest.notWorse(n, gained, lost, 0.03)).isCloseTo(pNotWorse, within(1e-6));
  }

  /** No simulation: the probability of every outcome that would be called "not worse" is added. */
  @ParameterizedTest
  @CsvSource({"50, 0.1", "100, 0.05", "250, 0.02", "250, 0.05"})
  void aLossOfTheMarginIsRarelyCalledNotWorse(int n, double margin) {
    for (double lost = margin + 1e-9; lost + lost - margin < 1; lost += 0.03) {
      double wrong = 0;
      for (int b = 0; b <= n; b++) {
        double some = probability(n, b, lost);
        if (some < 1e-12) continue;
        for (int c = 0; c <= n - b; c++) {
          if (ScoreTest.notWorse(n, c, b, margin) > 0.025) continue;
          wrong += some * probability(n - b, c, (lost - margin) / (1 - lost));
        }
      }
      assertThat(wrong).as("%d examples, %.2f lost", n, lost).isLessThan(0.027);
    }
  }

  private static double probability(int n, int k, double p) {
    if (p <= 0) return k == 0 ? 1 : 0;
    double log = k * Math.log(p) + (n - k) * Math.log1p(-p);
    for (int i = 1; i <= k; i++) log += Math.log((double) (n - k + i) / i);
    return Math.exp(log);
  }

  /**
   * The power summed in exact integer arithmetic elsewhere gives 0.8343 at 6 points and these
   * thresholds.
   */
  @Test
  void theDetectableDifferenceHasThePowerItClaims() {
    assertThat(DetectableDifference.power(250, 0.1, 0.06))
        .isCloseTo(0.834291951862831, within(1e-9));
    assertThat(DetectableDifference.of(250, 0.1)).isCloseTo(0.057819, within(2e-5));
    assertThat(DetectableDifference.of(50, 0.2)).isCloseTo(0.175729, within(2e-5));
  }

  @Test
  void moreCasesShowSmallerDifferencesAcrossTheSwitchToTheApproximation() {
    double last = 1;
    for (long n : new long[] {20, 100, 250, 1000, 1001, 10_000}) {
      double detectable = DetectableDifference.of(n, 0.1);
      assertThat(detectable).isLessThan(last * 1.02);
      last = detectable;
    }
  }
}
