package dev.kedge.route.tier;

import java.util.Optional;

/**
 * A trained classifier with what is needed to use it.
 *
 * @param small name of the small model in the data; empty where it was not told
 * @param large name of the large model in the data; empty where it was not told
 * @param classifier the classifier
 * @param curve quality against cost on examples that it had not seen
 * @param threshold chosen in training
 * @param aim what the threshold was chosen for, for people
 * @param prices known in training
 * @param training how it came to be
 */
public record RouteModel(
    String small,
    String large,
    Classifier classifier,
    Curve curve,
    double threshold,
    String aim,
    Optional<Prices> prices,
    TrainingSummary training) {
  public RouteModel {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("the threshold is " + threshold);
    }
  }
}
