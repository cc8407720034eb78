package dev.kedge.eval.run;

import java.util.List;
import java.util.Optional;

/** Adds up one measure over cases. For one thread. */
sealed interface Tally permits ShareTally, MeanTally, ClassTally, CountTally {
  /**
   * Adds one case; a measure that is absent there adds nothing.
   *
   * @param cluster the number of its cluster
   */
  void add(RunCase one, int cluster);

  /** The figures so far; none where no case had the measure. */
  List<Figure> figures(Clusters clusters);

  /** What guessing would reach, in words. */
  default Optional<String> chance() {
    return Optional.empty();
  }
}
