package dev.kedge.route.train;

import dev.kedge.route.tier.Calibration;
import dev.kedge.route.tier.Classifier;
import dev.kedge.route.tier.FeatureRow;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Every example, predicted by a model that has seen neither it nor its unit.
 *
 * <p>Five folds. For each, the strength of regularisation is chosen on the next fold by models of
 * the other three, and a model of all four with that strength predicts. So not even the choice of
 * strength has seen the examples that the figures are made of. The final model learns from all
 * examples, with the strength that did best over all five choices; its calibration is fitted to the
 * predictions here, because on its own examples a model is too sure of itself.
 */
final class CrossValidation {
  private static final double[] COSTS = {0.01, 0.03, 0.1, 0.3, 1, 3};

  private final List<FeatureRow> rows;
  private final boolean[] labels;
  private final int[] folds;
  private final long seed;
  private final double[] scores;

  private CrossValidation(List<FeatureRow> rows, boolean[] labels, int[] folds, long seed) {
    this.rows = rows;
    this.labels = labels;
    this.folds = folds;
    this.seed = seed;
    this.scores = new double[rows.size()];
  }

  /**
   * What came out.
   *
   * @param scores of each example by the model that had not seen it
   * @param probabilities of each example, the calibration not having seen it either
   * @param calibration over all scores
   * @param cost strength of regularisation for the final model
   */
  record Result(double[] scores, double[] probabilities, Calibration calibration, double cost) {}

  static Result run(List<FeatureRow> rows, boolean[] labels, int[] folds, long seed) {
    CrossValidation validation = new CrossValidation(rows, labels, folds, seed);
    // Folds do not depend on each other, so that the number of threads changes nothing.
    double[][] losses =
        IntStream.range(0, Split.FOLDS)
            .parallel()
            .mapToObj(validation::fold)
            .toArray(double[][]::new);
    double[] sums = new double[COSTS.length];
    for (double[] loss : losses) for (int c = 0; c < sums.length; c++) sums[c] += loss[c];
    return new Result(
        validation.scores,
        validation.crossFitted(),
        PlattFit.fit(validation.scores, labels, all(rows.size())),
        COSTS[least(sums)]);
  }

  /** The final model. */
  static Classifier train(List<FeatureRow> rows, boolean[] labels, Result result, long seed) {
    int[] everything = IntStream.range(0, rows.size()).toArray();
    float[] weights = LogisticRegression.train(rows, labels, everything, result.cost(), seed);
    return new Classifier(weights, result.calibration());
  }

  /** Predicts a fold; gives the losses of all strengths on the fold after it. */
  private double[] fold(int fold) {
    int next = (fold + 1) % Split.FOLDS;
    int[] inner = where(f -> f != fold && f != next);
    int[] judged = where(f -> f == next);
    double[] losses = new double[COSTS.length];
    Arrays.fill(losses, Double.MAX_VALUE / 16);
    for (int c = 0; c < COSTS.length; c++) {
      losses[c] = loss(LogisticRegression.train(rows, labels, inner, COSTS[c], seed), judged);
      // Losses have one valley over the strengths; weaker regularisation only takes longer.
      if (c >= 1 && losses[c] > losses[c - 1]) break;
    }
    int[] outer = where(f -> f != fold);
    float[] weights = LogisticRegression.train(rows, labels, outer, COSTS[least(losses)], seed);
    for (int i : where(f -> f == fold)) scores[i] = LogisticRegression.dot(weights, rows.get(i));
    return losses;
  }

  private int[] where(IntPredicate chosen) {
    return IntStream.range(0, folds.length).filter(i -> chosen.test(folds[i])).toArray();
  }

  private double loss(float[] weights, int[] judged) {
    double loss = 0;
    for (int i : judged) {
      double score = LogisticRegression.dot(weights, rows.get(i));
      loss += softplus(labels[i] ? -score : score);
    }
    return loss;
  }

  static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  private static int least(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) if (values[i] < values[best]) best = i;
    return best;
  }

  private double[] crossFitted() {
    double[] probabilities = new double[scores.length];
    for (int fold = 0; fold < Split.FOLDS; fold++) {
      boolean[] others = new boolean[folds.length];
      for (int i = 0; i < folds.length; i++) others[i] = folds[i] != fold;
      Calibration calibration = PlattFit.fit(scores, labels, others);
      for (int i = 0; i < folds.length; i++) {
        if (folds[i] == fold) probabilities[i] = calibration.probability(scores[i]);
      }
    }
    return probabilities;
  }

  private static boolean[] all(int size) {
    boolean[] all = new boolean[size];
    Arrays.fill(all, true);
    return all;
  }
}
