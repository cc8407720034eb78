package dev.kedge.route.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromiseTest {
  /** Tables of Student's t, one-sided 95 %. */
  @ParameterizedTest
  @CsvSource({
    "1, 6.314",
    "2, 2.920",
    "3, 2.353",
    "4, 2.132",
    "5, 2.015",
    "9, 1.833",
    "30, 1.697",
    "120, 1.658"
  })
  void quantilesAreThoseOfTheTables(int degrees, double quantile) {
    assertThat(Promise.student95(degrees)).isCloseTo(quantile, within(0.004));
  }

  /**
   * Scores are probabilities of which the truth is known: at score p the small model is right with
   * p, the large one with 0.9. The promise is broken where the true quality of the chosen threshold
   * lies below the floor; that may happen in one of twenty drawings.
   */
  @ParameterizedTest
  @CsvSource({"150, 0.95", "400, 0.95", "400, 0.85", "800, 0.98"})
  void theFloorHoldsOnNewDataInNineteenOfTwentyDrawings(int size, double floor) {
    int broken = 0;
    int drawings = 150;
    double share = 0;
    for (int drawing = 0; drawing < drawings; drawing++) {
      SplittableRandom random = new SplittableRandom(drawing * 31L + size);
      double[] p = new double[size];
      List<Scored> examples = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        p[i] = random.nextDouble();
        double small = random.nextDouble() < p[i] ? 1 : 0;
        double large = random.nextDouble() < 0.9 ? 1 : 0;
        examples.add(new Scored("p" + i, small, large, "", 1));
      }
      double t = threshold(examples, p, floor);
      // Below t the large model's 0.9, above it the mean of p.
      double quality = 0.9 * t + (1 - t * t) / 2;
      if (quality < floor * 0.9) broken++;
      share += t / drawings;
    }
    // 5 % of 150 and three standard deviations.
    assertThat(broken).isLessThanOrEqualTo(15);
    assertThat(share).as("the bound is of use").isLessThan(0.95);
  }

  private static double threshold(List<Scored> examples, double[] p, double floor) {
    return CostQuality.curveOf(examples, p, Split.RANDOM.units(examples))
        .atFloor(floor)
        .threshold();
  }

  @Test
  void whatTheBoundsSayOfNoChoiceIsCertain() {
    List<Scored> examples = new ArrayList<>();
    for (int i = 0; i < 50; i++) examples.add(new Scored("x" + i, i % 2, 1, "", 1));
    Promise promise = new Promise(examples, Split.RANDOM.units(examples));
    boolean[] all = new boolean[50];
    assertThat(promise.of(all).shareHigh()).isZero();
    Arrays.fill(all, true);
    assertThat(promise.of(all).relativeLow()).isEqualTo(1);
    assertThat(promise.of(all).shareHigh()).isEqualTo(1);
  }

  @Test
  void unitsThatVaryTogetherWidenTheBounds() {
    List<Scored> examples = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      int group = i / 30;
      examples.add(new Scored("x" + i, group % 4 == 0 ? 0 : 1, 1, "g" + group, 1));
    }
    boolean[] small = new boolean[600];
    double single = new Promise(examples, Split.RANDOM.units(examples)).of(small).relativeLow();
    double grouped = new Promise(examples, Split.GROUP.units(examples)).of(small).relativeLow();
    assertThat(single).isBetween(0.70, 0.73);
    assertThat(grouped).isBetween(0.50, 0.60);
  }
}
