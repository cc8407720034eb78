package dev.kedge.gate;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What came of one rule.
 *
 * @param rule its name, such as {@code exact} or {@code exact of tag name}
 * @param kind what kind of rule
 * @param outcome whether it is kept
 * @param verdict in a few words, such as {@code not worse than by 3.0 points}
 * @param sentence the whole of it, with its doubt
 * @param numbers the statistics, where the rule rests on any
 */
public record Finding(
    String rule,
    Kind kind,
    Outcome outcome,
    String verdict,
    String sentence,
    Optional<Numbers> numbers) {
  /** Kinds of rule. */
  public enum Kind {
    METRIC,
    SLICE,
    SHARE,
    LATENCY,
    TOKENS,
    COST,
    PHRASE,
    DRIFT
  }

  /**
   * The statistics of a comparison or of a share that must be reached.
   *
   * @param unit {@code points}, {@code score}, {@code ratio} or {@code ms}: how to show differences
   * @param method {@code mcnemar}, {@code permutation}, {@code wilson}, {@code order_statistics}
   * @param examples under it
   * @param clusters independent units under it
   * @param current the current model's figure; absent where only the candidate counts
   * @param candidate the candidate's figure
   * @param low lower end of the 95 % interval, of the difference or of the candidate's figure
   * @param high upper end
   * @param p two-sided p-value of the difference
   * @param pAdjusted the same among all rules (Holm)
   * @param bound margin, or least or most value that the rule allows
   * @param detectable the smallest difference that these examples would have shown
   * @param moreExamples about so many more would decide; only where undecided
   */
  public record Numbers(
      String unit,
      String method,
      long examples,
      long clusters,
      OptionalDouble current,
      double candidate,
      double low,
      double high,
      OptionalDouble p,
      OptionalDouble pAdjusted,
      double bound,
      OptionalDouble detectable,
      OptionalLong moreExamples) {}
}
