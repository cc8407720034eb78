package dev.kedge.eval.holdout;

import dev.kedge.base.KedgeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a holdout is built from, and how.
 *
 * @param files to read, in this order
 * @param captured the task whose captured exchanges to read after them
 * @param captureFolder where captured exchanges lie
 * @param size how many examples; fewer where there are fewer
 * @param seed of every choice
 * @param similar texts of this Jaccard similarity and more are duplicates, 0.5 to 1
 * @param clusters kinds to look for; 0 chooses by size
 * @param training files that no example may stand in
 * @param overlap share of an example's runs of words in one line of training that is a leak
 * @param mask whether personal data is masked
 */
public record HoldoutPlan(
    List<Path> files,
    Optional<String> captured,
    Path captureFolder,
    int size,
    long seed,
    double similar,
    int clusters,
    List<Path> training,
    double overlap,
    boolean mask) {
  private static final int MOST = 20_000;

  public HoldoutPlan {
    files = List.copyOf(files);
    training = List.copyOf(training);
    if (files.isEmpty() && captured.isEmpty()) {
      throw KedgeException.invalid("a holdout needs files or captured exchanges to be made from");
    }
    if (size < 1 || size > MOST) throw KedgeException.invalid("the size is from 1 to 20,000");
    if (!(similar >= 0.5 && similar <= 1)) {
      throw KedgeException.invalid("the similarity of duplicates is from 0.5 to 1");
    }
    if (clusters < 0 || clusters > 200) throw KedgeException.invalid("0 to 200 clusters");
    if (!(overlap > 0 && overlap <= 1)) {
      throw KedgeException.invalid("the overlap with training data is above 0 and at most 1");
    }
  }

  /** The plan with its usual settings: duplicates from 0.8 on, half of the runs a leak, masked. */
  public static HoldoutPlan of(List<Path> files, int size, long seed) {
    return new HoldoutPlan(
        files, Optional.empty(), Path.of("captures"), size, seed, 0.8, 0, List.of(), 0.5, true);
  }

  /** With files that no example may stand in. */
  public HoldoutPlan against(List<Path> trainingFiles) {
    return new HoldoutPlan(
        files,
        captured,
        captureFolder,
        size,
        seed,
        similar,
        clusters,
        trainingFiles,
        overlap,
        mask);
  }
}
