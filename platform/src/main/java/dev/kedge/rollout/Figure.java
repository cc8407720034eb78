package dev.kedge.rollout;

/**
 * What is known of one measure in one stage.
 *
 * @param calls judged calls of the current model
 * @param share of them that went wrong; 0 of none
 * @param candidateCalls judged calls of the candidate
 * @param candidateShare of them that went wrong
 * @param compared differences that the interval rests on
 * @param difference candidate's share less the current model's, of those; above 0 is worse
 * @param low of the always-valid interval of the difference
 * @param high of it
 * @param verdict in a word
 */
public record Figure(
    String measure,
    long calls,
    double share,
    long candidateCalls,
    double candidateShare,
    long compared,
    double difference,
    double low,
    double high,
    double margin,
    Verdict verdict) {
  /** What may be said. */
  public enum Verdict {
    /** Not worse by the margin. */
    NOT_WORSE,
    /** Worse by more than the margin. */
    WORSE,
    /** More calls are needed. */
    UNDECIDED
  }
}
