package dev.kedge.route.tier;

import java.util.List;
import java.util.Objects;

/**
 * How a classifier came to be and what it was worth on examples that it had not seen.
 *
 * @param files names of the data
 * @param dataSha256 of their bytes
 * @param examples how many
 * @param groups how many groups held together; 0: every example by itself
 * @param seed of folds, order and bootstrap
 * @param cost how weakly the weights were regularised
 * @param smallQuality mean score of the small model
 * @param largeQuality mean score of the large model
 * @param auc probability that of two examples the one whose small answer is good enough scores
 *     higher
 * @param calibrationError mean distance between probability and share, in tenths of the examples
 * @param recovered mean share of the quality gap that is recovered over all shares of calls to the
 *     large model; 0.5 is random mixing
 * @param recoveredLow where its 95 % interval begins
 * @param recoveredHigh where it ends
 * @param verdict whether routing pays
 */
public record TrainingSummary(
    List<String> files,
    String dataSha256,
    long examples,
    int groups,
    long seed,
    double cost,
    double smallQuality,
    double largeQuality,
    double auc,
    double calibrationError,
    double recovered,
    double recoveredLow,
    double recoveredHigh,
    String verdict) {
  public TrainingSummary {
    files = List.copyOf(files);
    Objects.requireNonNull(dataSha256, "dataSha256");
    Objects.requireNonNull(verdict, "verdict");
  }
}
