package dev.kedge.route.tier;

/**
 * Turns scores into probabilities: {@code 1 / (1 + exp(-(slope * score + offset)))} (Platt 1999).
 *
 * @param slope 0 or more, so that a better score never gets a smaller probability
 * @param offset any finite number
 */
public record Calibration(double slope, double offset) {
  /** Keeps probabilities below the threshold 1, which stands for never. */
  private static final double LEAST = 1e-9;

  public Calibration {
    if (!(slope >= 0 && slope <= 1e6) || !(Math.abs(offset) <= 1e6)) {
      throw new IllegalArgumentException("calibration out of range: " + slope + ", " + offset);
    }
  }

  /** The probability for a score, a little above 0 and below 1. */
  public double probability(double score) {
    return Math.clamp(sigmoid(slope * score + offset), LEAST, 1 - LEAST);
  }

  /** The logistic function, the same on every machine. */
  public static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }
}
