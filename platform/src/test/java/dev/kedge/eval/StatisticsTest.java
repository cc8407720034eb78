package dev.kedge.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.eval.stats.Interval;
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

  @Test
  void theSentenceNeverClaimsMoreThanTheTest() {
    Comparison same = Comparison.of(200, 10, 14, 26, 0);
    assertThat(same.sentence("A", "B"))
        .startsWith("Undecided between A and B: about")
        .contains("would have shown");
    assertThat(Comparison.of(200, 10, 14, 26, 0.03).sentence("A", "B"))
        .startsWith("B is not worse than A by 3.0 points or more");
    assertThat(Comparison.of(200, 30, 5, 15, 0).sentence("A", "B")).startsWith("B is worse than A");
    assertThat(Comparison.of(200, 2, 14, 34, 0).sentence("A", "B")).startsWith("B is better");
  }
}
