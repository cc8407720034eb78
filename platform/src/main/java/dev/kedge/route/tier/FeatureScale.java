package dev.kedge.route.tier;

/** How much one occurrence of a feature counts in a text with so many of its kind. */
final class FeatureScale {
  private FeatureScale() {}

  static double of(int count) {
    return 1 / Math.sqrt(Math.max(1, count));
  }
}
