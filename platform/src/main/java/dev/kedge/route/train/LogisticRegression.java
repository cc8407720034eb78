package dev.kedge.route.train;

import dev.kedge.route.tier.Calibration;
import dev.kedge.route.tier.FeatureRow;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Logistic regression with L2 regularisation by coordinate ascent on the dual problem (the idea of
 * Yu, Huang and Lin 2011).
 *
 * <p>Each example i has a dual variable a in (0, C); the weights are the sum of {@code label * a *
 * row}. One step solves for one variable exactly while the others stand still: with {@code a = C *
 * sigmoid(t)}, {@code q = |row|²} and {@code b = label * weights · row}, the optimum is the root of
 * {@code t + q (C sigmoid(t) - a) + b}, which rises everywhere, so that Newton's method inside a
 * bracket always finds it. No step size has to be chosen, and the memory beyond the rows is one
 * number per example and one per weight.
 */
final class LogisticRegression {
  private static final int MOST_PASSES = 40;
  private static final double ENOUGH = 5e-3;

  private final List<FeatureRow> rows;
  private final boolean[] labels;
  private final double cost;
  private final float[] weights = new float[FeatureRow.DIMENSIONS];
  private final double[] dual;

  private LogisticRegression(List<FeatureRow> rows, boolean[] labels, double cost) {
    this.rows = rows;
    this.labels = labels;
    this.cost = cost;
    this.dual = new double[rows.size()];
  }

  /**
   * The weights for some of the rows.
   *
   * @param chosen which rows to learn from
   * @param cost weight of the examples' losses against half the squared length of the weights; more
   *     is less regularisation
   * @param seed of the order in which examples are visited
   */
  static float[] train(
      List<FeatureRow> rows, boolean[] labels, int[] chosen, double cost, long seed) {
    LogisticRegression problem = new LogisticRegression(rows, labels, cost);
    problem.start(chosen);
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = chosen.clone();
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      shuffle(order, random);
      double moved = 0;
      for (int i : order) moved = Math.max(moved, problem.step(i));
      if (moved < ENOUGH * cost) break;
    }
    return problem.weights;
  }

  /** Begins where every example is undecided with a small weight. */
  private void start(int[] chosen) {
    Arrays.fill(dual, 0);
    for (int i : chosen) {
      dual[i] = 0.3 * cost;
      add(rows.get(i), dual[i] * label(i));
    }
  }

  /** How far the dual variable moved. */
  private double step(int i) {
    FeatureRow row = rows.get(i);
    double q = square(row);
    double b = label(i) * dot(row);
    double before = dual[i];
    double after = cost * Calibration.sigmoid(root(q, b, before));
    dual[i] = after;
    add(row, label(i) * (after - before));
    return Math.abs(after - before);
  }

  private double root(double q, double b, double before) {
    double low = -b - q * (cost - before);
    double high = -b + q * before;
    double t = Math.clamp(StrictMath.log(before / Math.max(1e-300, cost - before)), low, high);
    for (int n = 0; n < 20; n++) {
      double share = Calibration.sigmoid(t);
      double value = t + q * (cost * share - before) + b;
      if (Math.abs(value) < 1e-6) break;
      if (value > 0) high = t;
      else low = t;
      double next = t - value / (1 + q * cost * share * (1 - share));
      t = next > low && next < high ? next : (low + high) / 2;
    }
    return t;
  }

  private double label(int i) {
    return labels[i] ? 1 : -1;
  }

  private double dot(FeatureRow row) {
    return dot(weights, row);
  }

  /** The product of weights with a row. */
  static double dot(float[] weights, FeatureRow row) {
    int[] slots = row.slots();
    float[] values = row.values();
    double sum = 0;
    for (int i = 0; i < slots.length; i++) sum += weights[slots[i]] * values[i];
    return sum;
  }

  private static double square(FeatureRow row) {
    double sum = 0;
    for (float value : row.values()) sum += value * value;
    return sum;
  }

  private void add(FeatureRow row, double factor) {
    int[] slots = row.slots();
    float[] values = row.values();
    float by = (float) factor;
    for (int i = 0; i < slots.length; i++) weights[slots[i]] += by * values[i];
  }

  static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
