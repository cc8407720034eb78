package dev.kedge.route.train;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well probabilities fit outcomes.
 *
 * @param auc probability that of two examples with different outcome the good one has the higher
 *     probability; ties count half
 * @param calibrationError mean distance between mean probability and share of good outcomes, over
 *     tenths of the examples in order of probability
 * @param logLoss mean of -log(probability of what happened)
 * @param baseLoss the same, had every example been given the share of good outcomes
 */
public record ClassifierQuality(
    double auc, double calibrationError, double logLoss, double baseLoss) {
  private static final int BINS = 10;

  static ClassifierQuality of(double[] probabilities, boolean[] good) {
    int n = good.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(i -> probabilities[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double loss = 0;
    int goodCount = 0;
    for (int i = 0; i < n; i++) {
      loss -= StrictMath.log(good[i] ? probabilities[i] : 1 - probabilities[i]);
      if (good[i]) goodCount++;
    }
    double base = (double) goodCount / n;
    double baseLoss = -xlogx(base) - xlogx(1 - base);
    return new ClassifierQuality(
        auc(probabilities, good, order), error(probabilities, good, order), loss / n, baseLoss);
  }

  private static double xlogx(double x) {
    return x == 0 ? 0 : x * StrictMath.log(x);
  }

  private static double auc(double[] probabilities, boolean[] good, int[] order) {
    double pairs = 0;
    double bad = 0;
    double all = 0;
    for (int i = 0; i < order.length; ) {
      double goodHere = 0;
      double badHere = 0;
      double probability = probabilities[order[i]];
      for (; i < order.length && probabilities[order[i]] == probability; i++) {
        if (good[order[i]]) goodHere++;
        else badHere++;
      }
      pairs += goodHere * (bad + badHere / 2);
      bad += badHere;
      all += goodHere;
    }
    return bad * all == 0 ? 0.5 : pairs / (bad * all);
  }

  private static double error(double[] probabilities, boolean[] good, int[] order) {
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      int from = (int) ((long) order.length * bin / BINS);
      int to = (int) ((long) order.length * (bin + 1) / BINS);
      double difference = 0;
      for (int i = from; i < to; i++) {
        difference += probabilities[order[i]] - (good[order[i]] ? 1 : 0);
      }
      error += Math.abs(difference);
    }
    return error / order.length;
  }
}
