package dev.kedge.label.agreement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A percentile bootstrap over units (Efron and Tibshirani 1993, chapter 13): as many units as there
 * are, drawn with replacement, 2,000 times. Draws for which the statistic is not a number, since
 * all labels in them are the same, are left out.
 */
final class Resampling {
  private static final int DRAWS = 2_000;
  private static final double TAIL = 0.025;

  private Resampling() {}

  /** The 95 % interval, low and high; both not a number where the statistic never is one. */
  static double[] interval(Ratings ratings, long seed, ToDoubleFunction<Ratings> statistic) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> units = ratings.units();
    double[] values = new double[DRAWS];
    int count = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      List<int[]> drawn = new ArrayList<>(units.size());
      for (int i = 0; i < units.size(); i++) drawn.add(units.get(random.nextInt(units.size())));
      double value = statistic.applyAsDouble(ratings.with(drawn));
      if (!Double.isNaN(value)) values[count++] = value;
    }
    if (count == 0) return new double[] {Double.NaN, Double.NaN};
    Arrays.sort(values, 0, count);
    return new double[] {
      values[(int) Math.floor(TAIL * (count - 1))],
      values[(int) Math.ceil((1 - TAIL) * (count - 1))]
    };
  }
}
