package dev.kedge.route.train;

import dev.kedge.route.tier.Calibration;

/** Fits a calibration to scores and outcomes by Newton's method (Platt 1999). */
final class PlattFit {
  private static final int STEPS = 100;

  private PlattFit() {}

  /**
   * The calibration of the examples that {@code chosen} marks.
   *
   * <p>Outcomes are drawn a little towards each other, as Platt does, so that separable scores do
   * not give infinite certainty. A slope below 0 would say that scores mean the opposite; it is
   * taken as 0, which gives every text the same probability.
   */
  static Calibration fit(double[] scores, boolean[] labels, boolean[] chosen) {
    double good = 0;
    double bad = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!chosen[i]) continue;
      if (labels[i]) good++;
      else bad++;
    }
    double high = (good + 1) / (good + 2);
    double low = 1 / (bad + 2);
    double base = StrictMath.log((good + 1) / (bad + 1));
    double[] found = newton(scores, labels, chosen, high, low, base);
    return found[0] > 0
        ? new Calibration(Math.min(found[0], 1e5), Math.clamp(found[1], -1e5, 1e5))
        : new Calibration(0, base);
  }

  private static double[] newton(
      double[] scores, boolean[] labels, boolean[] chosen, double high, double low, double base) {
    double slope = 0;
    double offset = base;
    double loss = loss(scores, labels, chosen, high, low, slope, offset);
    for (int step = 0; step < STEPS; step++) {
      double gs = 0;
      double go = 0;
      double hss = 1e-9;
      double hso = 0;
      double hoo = 1e-9;
      for (int i = 0; i < scores.length; i++) {
        if (!chosen[i]) continue;
        double p = Calibration.sigmoid(slope * scores[i] + offset);
        double error = p - (labels[i] ? high : low);
        double weight = p * (1 - p);
        gs += error * scores[i];
        go += error;
        hss += weight * scores[i] * scores[i];
        hso += weight * scores[i];
        hoo += weight;
      }
      double determinant = hss * hoo - hso * hso;
      if (!(determinant > 0)) break;
      double ds = (hoo * gs - hso * go) / determinant;
      double d0 = (hss * go - hso * gs) / determinant;
      double scale = 1;
      double next = loss(scores, labels, chosen, high, low, slope - ds, offset - d0);
      while (next > loss && scale > 1e-6) {
        scale /= 2;
        next = loss(scores, labels, chosen, high, low, slope - scale * ds, offset - scale * d0);
      }
      if (!(next < loss)) break;
      slope -= scale * ds;
      offset -= scale * d0;
      boolean done = loss - next < 1e-10 * loss;
      loss = next;
      if (done) break;
    }
    return new double[] {slope, offset};
  }

  private static double loss(
      double[] scores,
      boolean[] labels,
      boolean[] chosen,
      double high,
      double low,
      double slope,
      double offset) {
    double loss = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!chosen[i]) continue;
      double z = slope * scores[i] + offset;
      double target = labels[i] ? high : low;
      // log(1 + exp(z)) - target * z, without overflow
      loss += Math.max(z, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(z))) - target * z;
    }
    return loss;
  }
}
