package dev.kedge.route.tier;

/**
 * What both models cost, in dollars per million tokens of prompt and answer together.
 *
 * @param small of the small model
 * @param large of the large model
 */
public record Prices(double small, double large) {
  public Prices {
    if (!(small >= 0 && small <= 1e6) || !(large >= 0 && large <= 1e6)) {
      throw new IllegalArgumentException("prices are from 0 to 1,000,000 dollars");
    }
  }

  /** Dollars per million tokens where this share of tokens goes to the large model. */
  public double mean(double largeTokens) {
    return small + (large - small) * largeTokens;
  }

  /** The share of tokens of the large model at which the mean price is this. */
  double largeShareFor(double dollars) {
    if (large <= small) return dollars >= large ? 1 : 0;
    return Math.clamp((dollars - small) / (large - small), 0, 1);
  }
}
