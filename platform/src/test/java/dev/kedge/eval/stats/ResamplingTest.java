package dev.kedge.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Everything that draws or counts arrangements. The constants come from scipy 1.17.1: {@code
 * stats.norm}, {@code stats.bootstrap(method='BCa')} with 200,000 and more resamples, {@code
 * stats.permutation_test(permutation_type='samples', n_resamples=inf)}.
 */
class ResamplingTest {
  private static final int MANY = 40_000;

  private static PairedSample single(double... values) {
    List<double[]> second = Arrays.stream(values).mapToObj(v -> new double[] {v, 1}).toList();
    List<double[]> first = Collections.nCopies(values.length, new double[] {0, 1});
    return PairedSample.of(first, second, Collections.nCopies(values.length, ""));
  }

  /** Counts of 40 examples by a rule that scipy was given too. */
  private static PairedSample counts() {
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int expected = 2 + i % 2;
      int a = i * 7 % 3;
      int b = Math.min(expected, i * 11 % 4);
      first.add(new double[] {a, a + i * 5 % 2, expected});
      second.add(new double[] {b, b + i * 3 % 2, expected});
    }
    return PairedSample.of(first, second, Collections.nCopies(40, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "-8, 6.22096057427174e-16",
    "-3.5, 0.00023262907903552502",
    "-1, 0.15865525393145707",
    "0.3, 0.6179114221889526",
    "2.9, 0.998134186699616",
    "3.1, 0.9990323967867817",
    "5, 0.9999997133484281"
  })
  void theNormalDistributionHasAboutFourteenDigits(double x, double below) {
    assertThat(Normal.below(x)).isCloseTo(below, within(1e-13 * Math.max(below, 1e-3)));
    if (x < 3) assertThat(Normal.quantile(below)).isCloseTo(x, within(1e-10));
  }

  @ParameterizedTest
  @CsvSource({
    "1e-10, -6.361340902404056",
    "0.001, -3.090232306167813",
    "0.025, -1.9599639845400545",
    "0.3, -0.5244005127080409",
    "0.975, 1.959963984540054"
  })
  void quantilesGoBack(double p, double x) {
    assertThat(Normal.quantile(p)).isCloseTo(x, within(1e-9));
  }

  @Test
  void theIntervalOfAMeanIsScipys() {
    Bootstrap bootstrap =
        Bootstrap.ofSecond(
            single(
                0.1, 0.4, 0.35, 0.8, 0.9, 0.22, 0.61, 0.05, 0.77, 0.98, 0.31, 0.12, 0.44, 0.5, 0.02,
                0.9, 0.33, 0.28, 0.7, 0.15),
            Figure.MEAN,
            10 * MANY,
            7);
    assertThat(bootstrap.interval().low()).isCloseTo(0.3220, within(0.002));
    assertThat(bootstrap.interval().high()).isCloseTo(0.5845, within(0.002));
    assertThat(bootstrap.standardError()).isCloseTo(0.06708, within(0.001));
  }

  @Test
  void skewedValuesMoveTheIntervalAsInScipy() {
    double[] cubes = IntStream.rangeClosed(1, 25).mapToDouble(i -> i * i * i / 1000.0).toArray();
    Bootstrap bootstrap = Bootstrap.ofSecond(single(cubes), Figure.MEAN, MANY, 7);
    assertThat(bootstrap.interval().low()).isCloseTo(2.6283, within(0.03));
    assertThat(bootstrap.interval().high()).isCloseTo(6.3832, within(0.04));
  }

  @Test
  void theIntervalOfADifferenceOfF1IsScipys() {
    PairedSample sample = counts();
    assertThat(sample.second(Figure.F1) - sample.first(Figure.F1))
        .isCloseTo(0.17610062893081757, within(1e-15));
    Bootstrap bootstrap = Bootstrap.ofDifference(sample, Figure.F1, MANY, 7);
    assertThat(bootstrap.interval().low()).isCloseTo(0.0385, within(0.003));
    assertThat(bootstrap.interval().high()).isCloseTo(0.3082, within(0.003));
    assertThat(bootstrap.standardError()).isCloseTo(0.0685, within(0.001));
  }

  @Test
  void thePermutationTestCountsAllArrangementsWhereTheyAreFew() {
    double[] first = {.2, .5, .9, .4, .3, .8, .1, .6, .7, .55};
    double[] second = {.35, .5, .95, .6, .2, .9, .3, .75, .65, .8};
    PairedSample sample =
        PairedSample.of(
            Arrays.stream(first).mapToObj(v -> new double[] {v, 1}).toList(),
            Arrays.stream(second).mapToObj(v -> new double[] {v, 1}).toList(),
            Collections.nCopies(10, ""));
    assertThat(PairedPermutation.twoSided(sample, Figure.MEAN, 1, 1)).isEqualTo(0.046875);
  }

  /** 14 gained, 4 lost of 60: exchanging at random is what McNemar's test sums exactly. */
  @Test
  void onSharesRandomExchangesApproachMcNemarsTest() {
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      first.add(new double[] {i < 4 ? 1 : 0, 1});
      second.add(new double[] {i >= 4 && i < 18 ? 1 : 0, 1});
    }
    PairedSample sample = PairedSample.of(first, second, Collections.nCopies(60, ""));
    assertThat(PairedPermutation.twoSided(sample, Figure.MEAN, 40_000, 3))
        .isCloseTo(McNemar.exact(4, 14), within(0.003));
  }

  /** Ten documents with six examples each that always agree say as much as ten examples. */
  @Test
  void examplesOfOneDocumentCountOnce() {
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    List<String> documents = new ArrayList<>();
    List<String> none = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int document = i / 6;
      first.add(new double[] {document < 2 ? 1 : 0, 1});
      second.add(new double[] {document >= 2 && document < 9 ? 1 : 0, 1});
      documents.add("document " + document);
      none.add("");
    }
    PairedSample clustered = PairedSample.of(first, second, documents);
    PairedSample naive = PairedSample.of(first, second, none);
    assertThat(clustered.clusters()).isEqualTo(10);
    assertThat(PairedPermutation.twoSided(clustered, Figure.MEAN, 9_999, 1))
        .isCloseTo(McNemar.exact(2, 7), within(1e-12));
    assertThat(PairedPermutation.twoSided(naive, Figure.MEAN, 9_999, 1)).isLessThan(0.01);
    assertThat(Bootstrap.ofDifference(clustered, Figure.MEAN, 2_000, 1).standardError())
        .isGreaterThan(2 * Bootstrap.ofDifference(naive, Figure.MEAN, 2_000, 1).standardError());
  }

  @Test
  void theSameSeedGivesTheSameInterval() {
    assertThat(Bootstrap.ofDifference(counts(), Figure.F1, 500, 11))
        .isEqualTo(Bootstrap.ofDifference(counts(), Figure.F1, 500, 11))
        .isNotEqualTo(Bootstrap.ofDifference(counts(), Figure.F1, 500, 12));
  }

  /** Multiplied by hand: 0.005·4, 0.01·3, 0.03·2, and 0.04 is raised to the one before it. */
  @Test
  void holmMultipliesByTheHypothesesThatAreLeft() {
    assertThat(Holm.adjusted(List.of(0.01, 0.04, 0.03, 0.005)))
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1, Double.class)
        .containsExactly(0.03, 0.06, 0.06, 0.02);
    assertThat(Holm.adjusted(List.of(0.9, 0.8))).containsExactly(1.0, 1.0);
    assertThat(Holm.adjusted(List.of())).isEmpty();
  }
}
