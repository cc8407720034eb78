package dev.kedge.eval.run;

/** Told how far a run is, from any thread. */
public interface RunProgress {
  /** What is being done. */
  enum Step {
    ASKING,
    SCORING
  }

  /**
   * One more case is through.
   *
   * @param done cases, those that were there already included
   * @param total cases
   * @param reused of those done, how many were there already
   * @param failed of those done, how many have no answer
   */
  void at(Step step, long done, long total, long reused, long failed);

  /** Tells nobody. */
  static RunProgress silent() {
    return (step, done, total, reused, failed) -> {};
  }
}
