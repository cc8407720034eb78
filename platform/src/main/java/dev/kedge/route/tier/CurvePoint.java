package dev.kedge.route.tier;

/**
 * One threshold and what came of it on examples that the classifier had not seen. Bounds are
 * one-sided at 95 %.
 *
 * @param threshold the small model answers from this probability on; 1: never
 * @param largeShare share of calls that went to the large model
 * @param largeShareHigh what the share is at most on new data
 * @param largeTokens share of tokens that went to the large model
 * @param largeTokensHigh what that share is at most on new data
 * @param quality mean score of the answers
 * @param qualityLow what it is at least on new data
 * @param relativeLow what it is at least as a share of the large model's quality
 */
public record CurvePoint(
    double threshold,
    double largeShare,
    double largeShareHigh,
    double largeTokens,
    double largeTokensHigh,
    double quality,
    double qualityLow,
    double relativeLow) {
  public CurvePoint {
    for (double share :
        new double[] {
          threshold, largeShare, largeShareHigh, largeTokens, largeTokensHigh, quality, qualityLow
        }) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("a point of the curve is not from 0 to 1: " + share);
      }
    }
    if (!(relativeLow >= 0 && relativeLow <= 1e6)) {
      throw new IllegalArgumentException("relativeLow is " + relativeLow);
    }
  }
}
