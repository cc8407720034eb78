package dev.kedge.route.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.route.tier.FeatureRow;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogisticRegressionTest {
  private final List<FeatureRow> rows = new ArrayList<>();
  private final boolean[] labels = new boolean[300];

  private void invent(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < labels.length; i++) {
      int[] slots = {0, 1, 2, 5 + random.nextInt(20)};
      float[] values = {
        1, (float) random.nextDouble(-2, 2), (float) random.nextDouble(-2, 2), 0.5f
      };
      rows.add(new FeatureRow(slots, values));
      double z = 0.5 + 1.5 * values[1] - values[2];
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-z));
    }
  }

  /** The gradient of the primal problem, worked out in another way than the solver's. */
  @ParameterizedTest
  @CsvSource({"1, 0.01", "2, 0.3", "3, 3"})
  void atTheSolutionTheGradientIsZero(long seed, double cost) {
    invent(seed);
    float[] weights =
        LogisticRegression.train(rows, labels, IntStream.range(0, 300).toArray(), cost, 1);
    double[] gradient = new double[25];
    for (int k = 0; k < gradient.length; k++) gradient[k] = weights[k];
    for (int i = 0; i < labels.length; i++) {
      double z = 0;
      FeatureRow row = rows.get(i);
      for (int k = 0; k < 4; k++) z += weights[row.slots()[k]] * row.values()[k];
      double error = 1 / (1 + Math.exp(-z)) - (labels[i] ? 1 : 0);
      for (int k = 0; k < 4; k++) gradient[row.slots()[k]] += cost * error * row.values()[k];
    }
    for (double g : gradient) assertThat(g).isCloseTo(0, within(0.2 * cost));
  }

  @ParameterizedTest
  @CsvSource({"1, 10"})
  void weightsComeCloseToThoseThatMadeTheData(long seed, double cost) {
    invent(seed);
    float[] weights =
        LogisticRegression.train(rows, labels, IntStream.range(0, 300).toArray(), cost, 1);
    assertThat(weights[1]).isBetween(1f, 2.1f);
    assertThat(weights[2]).isBetween(-1.6f, -0.6f);
  }
}
