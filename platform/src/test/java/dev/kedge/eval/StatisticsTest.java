package dev.kedge.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
  /**
   * Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17 (1998),
   * table I, method 3.
   */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0, 0.1611",
    "1, 29, 0.0061, 0.1718"
  })
  void wilsonsIntervalMatchesThePublishedTable(long successes, long n, double low, double high) {
    Interval interval = new Rate(successes, n).interval();
    assertThat(interval.low()).isCloseTo(low, within(5e-5));
    assertThat(interval.high()).isCloseTo(high, within(5e-5));
  }

  @Test
  void aRateOutOfNothingSaysNothing() {
    assertThat(new Rate(0, 0).interval()).isEqualTo(new Interval(0, 1));
    assertThatThrownBy(() -> new Rate(3, 2)).isInstanceOf(IllegalArgumentException.class);
  }

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
   * Newcombe, "Improved confidence intervals ... paired data", Stat. Med. 17 (1998), table II,
   * method 10: 36, 12, 2, 0.
   */
  @Test
  void theIntervalOfThePairedDifferenceMatchesThePublishedExample() {
    Comparison comparison = Comparison.of(36, 2, 12, 0);
    assertThat(comparison.difference()).isCloseTo(0.2, within(1e-12));
    assertThat(comparison.interval().low()).isCloseTo(0.0569, within(5e-5));
    assertThat(comparison.interval().high()).isCloseTo(0.3404, within(5e-5));
    assertThat(comparison.verdict()).isEqualTo(Comparison.Verdict.BETTER);
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

  @Test
  void theSentenceNeverClaimsMoreThanTheTest() {
    Comparison same = Comparison.of(200, 10, 14, 26);
    assertThat(same.sentence("A", "B"))
        .startsWith("No difference shown between A and B")
        .contains("would have shown");
    assertThat(Comparison.of(200, 30, 5, 15).sentence("A", "B")).startsWith("B is worse than A");
  }
}
