package dev.kedge.eval;

import dev.kedge.eval.stats.Contrast;
import dev.kedge.eval.stats.Interval;
import dev.kedge.eval.stats.Verdict;
import dev.kedge.eval.stats.VerdictText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two models on the same cases, by exact match.
 *
 * @param both right in both
 * @param onlyFirst right in the first alone
 * @param onlySecond right in the second alone
 * @param neither wrong in both
 * @param contrast the tests
 */
public record Comparison(
    long both, long onlyFirst, long onlySecond, long neither, Contrast contrast) {

  /** Sets two runs over the same dataset side by side; no loss is accepted. */
  public static Comparison of(Evaluation first, Evaluation second) {
    return of(first, second, 0);
  }

  /**
   * Sets two runs over the same dataset side by side.
   *
   * @param margin the largest loss that is accepted, as a share
   */
  public static Comparison of(Evaluation first, Evaluation second, double margin) {
    if (!first.dataset().sha256().equals(second.dataset().sha256())) {
      throw new IllegalArgumentException("the runs are over different datasets");
    }
    long[] cells = new long[4];
    List<CaseResult> a = first.cases();
    for (int i = 0; i < a.size(); i++) {
      cells[(a.get(i).exact() ? 0 : 2) + (second.cases().get(i).exact() ? 0 : 1)]++;
    }
    return of(cells[0], cells[1], cells[2], cells[3], margin);
  }

  static Comparison of(long both, long onlyFirst, long onlySecond, long neither, double margin) {
    return new Comparison(
        both,
        onlyFirst,
        onlySecond,
        neither,
        Contrast.ofShares(both, onlyFirst, onlySecond, neither, margin));
  }

  /** Share right in the second minus share right in the first. */
  public double difference() {
    return contrast.difference();
  }

  /** Of McNemar's exact test, two-sided. */
  public double pValue() {
    return contrast.pDifferent();
  }

  /** Of the difference second minus first. */
  public Interval interval() {
    return contrast.interval();
  }

  /** The smallest difference that a dataset of this size shows with 80 % probability. */
  public double detectable() {
    return contrast.detectable();
  }

  /** What may be said at a level of 5 %. */
  public Verdict verdict() {
    return contrast.verdict();
  }

  /** For people, never claiming more than the test. */
  public String sentence(String first, String second) {
    String counts =
        "right only in %s: %d, only in %s: %d".formatted(first, onlyFirst, second, onlySecond);
    return VerdictText.POINTS.sentence(verdict(), first, second)
        + " ("
        + counts
        + "; "
        + VerdictText.POINTS.doubt(contrast)
        + ").";
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("both", both);
    map.put("onlyFirst", onlyFirst);
    map.put("onlySecond", onlySecond);
    map.put("neither", neither);
    map.put("difference", difference());
    map.put("low", interval().low());
    map.put("high", interval().high());
    map.put("pValue", pValue());
    map.put("smallestDetectableDifference", detectable());
    map.put("verdict", verdict().word());
    if (verdict() instanceof Verdict.Undecided undecided) {
      undecided.moreExamples().ifPresent(more -> map.put("moreExamples", more));
    }
    return map;
  }
}
