package dev.kedge.route.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.route.tier.Calibration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlattFitTest {
  private static final int N = 20_000;

  private static Calibration fit(double slope, double offset, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] scores = new double[N];
    boolean[] good = new boolean[N];
    for (int i = 0; i < N; i++) {
      scores[i] = random.nextDouble(-3, 3);
      good[i] = random.nextDouble() < 1 / (1 + Math.exp(-slope * scores[i] - offset));
    }
    boolean[] all = new boolean[N];
    Arrays.fill(all, true);
    return PlattFit.fit(scores, good, all);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0.4, 1.5", "2.5, -1"})
  void findsTheSlopeAndOffsetThatMadeTheData(double slope, double offset) {
    Calibration found = fit(slope, offset, 8);
    assertThat(found.slope()).isCloseTo(slope, within(0.1));
    assertThat(found.offset()).isCloseTo(offset, within(0.1));
  }

  @Test
  void scoresThatMeanTheOppositeGiveEveryTextTheShareOfGoodOnes() {
    Calibration found = fit(-1, 0, 8);
    assertThat(found.slope()).isZero();
    assertThat(found.probability(-2)).isEqualTo(found.probability(2)).isBetween(0.48, 0.52);
  }

  @Test
  void separableScoresDoNotGiveCertainty() {
    double[] scores = {-2, -1, 1, 2};
    boolean[] good = {false, false, true, true};
    Calibration found = PlattFit.fit(scores, good, new boolean[] {true, true, true, true});
    assertThat(found.probability(2)).isBetween(0.7, 0.9);
    assertThat(found.probability(-2)).isBetween(0.1, 0.3);
  }
}
