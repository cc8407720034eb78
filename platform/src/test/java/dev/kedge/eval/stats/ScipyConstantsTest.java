package dev.kedge.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Constants made with scipy 1.17.1: norm.ppf, norm.cdf, binom.cdf, bootstrap (BCa). */
class ScipyConstantsTest {
  @ParameterizedTest
  @CsvSource({
    "1e-10, -6.361340902404056",
    "0.001, -3.090232306167813",
    "0.025, -1.9599639845400545",
    "0.3, -0.5244005127080409",
    "0.975, 1.959963984540054",
    "0.999999999, 5.997807019601637"
  })
  void quantilesOfTheNormalDistributionAndBack(double share, double quantile) {
    assertThat(Normal.quantile(share)).isCloseTo(quantile, within(1e-7));
    assertThat(Normal.below(quantile)).isCloseTo(share, within(1e-9));
  }

  /** The ranks, from 0, between which a quantile lies, by the binomial distribution. */
  @ParameterizedTest
  @CsvSource({"250, 0.9, 214, 234", "30, 0.5, 9, 20", "1000, 0.9, 880, 918", "40, 0.9, 31, 39"})
  void aQuantileLiesBetweenTheseRanks(int n, double share, double low, double high) {
    double[] ranks = IntStream.range(0, n).asDoubleStream().toArray();
    assertThat(OrderStatistics.interval(ranks, share)).isEqualTo(new Interval(low, high));
  }

  /**
   * 30 documents of 2 to 6 examples by a rule that scipy was given too; 200,000 resamples there.
   */
  @Test
  void theIntervalOverDocumentsIsScipys() {
    PairedSample sample = documents(30);
    Bootstrap found = Bootstrap.ofDifference(sample, Figure.MEAN, 20_000, 7);
    assertThat(sample.clusters()).isEqualTo(30);
    assertThat(found.interval().low()).isCloseTo(0.019418, within(0.003));
    assertThat(found.interval().high()).isCloseTo(0.136364, within(0.003));
    assertThat(found.standardError()).isCloseTo(0.029314, within(0.0005));
  }

  /** All 4,096 ways to exchange the models within 12 documents, counted elsewhere. */
  @Test
  void theExchangeOfWholeDocumentsIsCountedInFull() {
    assertThat(PairedPermutation.twoSided(documents(12), Figure.MEAN, 9_999, 1))
        .isCloseTo(0.453125, within(1e-12));
  }

  private static PairedSample documents(int count) {
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int d = 0; d < count; d++) {
      for (int i = 0; i < 2 + d % 5; i++) {
        first.add(new double[] {(d * 7 + i * 3) % 11 < 6 ? 1 : 0, 1});
        second.add(new double[] {(d * 5 + i * 4 + 1) % 13 < 8 ? 1 : 0, 1});
        names.add("d" + d);
      }
    }
    return PairedSample.of(first, second, names);
  }
}
