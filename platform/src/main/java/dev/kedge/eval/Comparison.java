package dev.kedge.eval;

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
 * @param pValue of McNemar's exact test, two-sided
 * @param interval of the difference second minus first (Newcombe 1998, method 10 for paired shares)
 * @param detectable the smallest difference that a dataset of this size shows with 80 % probability
 */
public record Comparison(
    long both,
    long onlyFirst,
    long onlySecond,
    long neither,
    double pValue,
    Interval interval,
    double detectable) {
  private static final double ALPHA = 0.05;

  /** What the test allows to say of the second model. */
  public enum Verdict {
    BETTER,
    WORSE,
    NO_DIFFERENCE_SHOWN
  }

  /** Sets two runs over the same dataset side by side. */
  public static Comparison of(Evaluation first, Evaluation second) {
    if (!first.dataset().sha256().equals(second.dataset().sha256())) {
      throw new IllegalArgumentException("the runs are over different datasets");
    }
    long[] cells = new long[4];
    List<CaseResult> a = first.cases();
    for (int i = 0; i < a.size(); i++) {
      cells[(a.get(i).exact() ? 0 : 2) + (second.cases().get(i).exact() ? 0 : 1)]++;
    }
    return of(cells[0], cells[1], cells[2], cells[3]);
  }

  static Comparison of(long both, long onlyFirst, long onlySecond, long neither) {
    long n = both + onlyFirst + onlySecond + neither;
    return new Comparison(
        both,
        onlyFirst,
        onlySecond,
        neither,
        McNemar.exact(onlyFirst, onlySecond),
        newcombe(both, onlyFirst, onlySecond, neither),
        DetectableDifference.of(n, (double) (onlyFirst + onlySecond) / n));
  }

  /** Share right in the second minus share right in the first. */
  public double difference() {
    return (double) (onlySecond - onlyFirst) / (both + onlyFirst + onlySecond + neither);
  }

  /** What may be said at a level of 5 %. */
  public Verdict verdict() {
    if (pValue >= ALPHA) return Verdict.NO_DIFFERENCE_SHOWN;
    return onlySecond > onlyFirst ? Verdict.BETTER : Verdict.WORSE;
  }

  /** For people, never claiming more than the test. */
  public String sentence(String first, String second) {
    String counts =
        "right only in %s: %d, only in %s: %d".formatted(first, onlyFirst, second, onlySecond);
    String doubt =
        "difference %+.1f points [%+.1f, %+.1f], McNemar's exact p = %.3f; this holdout would have shown %.1f points or more"
            .formatted(
                100 * difference(),
                100 * interval.low(),
                100 * interval.high(),
                pValue,
                100 * detectable);
    return switch (verdict()) {
          case BETTER -> second + " is better than " + first;
          case WORSE -> second + " is worse than " + first;
          case NO_DIFFERENCE_SHOWN -> "No difference shown between " + first + " and " + second;
        }
        + " ("
        + counts
        + "; "
        + doubt
        + ").";
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("both", both);
    map.put("onlyFirst", onlyFirst);
    map.put("onlySecond", onlySecond);
    map.put("neither", neither);
    map.put("difference", difference());
    map.put("low", interval.low());
    map.put("high", interval.high());
    map.put("pValue", pValue);
    map.put("smallestDetectableDifference", detectable);
    map.put("verdict", verdict().name().toLowerCase(java.util.Locale.ROOT));
    return map;
  }

  /** Newcombe's square-and-add interval with the continuity-corrected correlation of the pairs. */
  private static Interval newcombe(long a, long b, long c, long d) {
    long n = a + b + c + d;
    Rate first = new Rate(a + b, n);
    Rate second = new Rate(a + c, n);
    double margins = Math.sqrt((double) (a + b) * (c + d)) * Math.sqrt((double) (a + c) * (b + d));
    double product = (double) a * d - (double) b * c;
    double corrected = product > 0 ? Math.max(product - n / 2.0, 0) : product;
    double phi = margins == 0 ? 0 : corrected / margins;
    double lowFirst = first.value() - first.interval().low();
    double highFirst = first.interval().high() - first.value();
    double lowSecond = second.value() - second.interval().low();
    double highSecond = second.interval().high() - second.value();
    double difference = second.value() - first.value();
    return new Interval(
        difference - side(lowSecond, highFirst, phi), difference + side(highSecond, lowFirst, phi));
  }

  private static double side(double own, double other, double phi) {
    return Math.sqrt(Math.max(0, own * own - 2 * phi * own * other + other * other));
  }
}
