package dev.kedge.drift;

import dev.kedge.eval.stats.FalseDiscovery;
import java.util.Collection;
import java.util.List;

/**
 * All tests of phrases with their weights, for a false discovery rate.
 *
 * <p>If it made no difference which version answered, the two answers to a case could change
 * places. That turns the signs of a case's changes around and nothing else: in which cases a phrase
 * changed, and which phrases changed together, stay. So both may say how much a test counts, and
 * the rate is kept (weights: Genovese, Roeder and Wasserman 2006; tests that cannot succeed: Tarone
 * 1990, Westfall and Troendle 2008).
 *
 * <p>A whole sentence that comes or goes takes along dozens of phrases, all in the same cases; what
 * varies by chance is mostly single words. Half of a test's weight is the same for all, so that a
 * single word is not lost sight of; half goes by the square of the number of its phrases. Left out
 * are tests of so few changes that, all in one direction, they would not be significant with the
 * largest weight there is.
 */
final class PhraseTests {
  private final List<Test> tests;
  private final int least;
  private final double mean;
  private final double threshold;

  /** Phrases that change in the very same units. */
  static final class Test {
    private final int changed;
    private final double p;
    private int phrases;

    Test(int changed, double p) {
      this.changed = changed;
      this.p = p;
    }

    void addPhrase() {
      phrases++;
    }

    double p() {
      return p;
    }

    private double square() {
      return (double) phrases * phrases;
    }
  }

  private PhraseTests(List<Test> tests, int least, double level) {
    this.tests = tests;
    this.least = least;
    this.mean = tests.stream().mapToDouble(Test::square).average().orElse(1);
    List<Double> weighed = tests.stream().map(test -> test.p() / weight(test)).toList();
    List<Double> adjusted = FalseDiscovery.adjusted(weighed);
    double largest = -1;
    for (int i = 0; i < weighed.size(); i++) {
      if (adjusted.get(i) <= level) largest = Math.max(largest, weighed.get(i));
    }
    this.threshold = largest;
  }

  /** Of all tests those that could succeed. */
  static PhraseTests of(Collection<Test> all, double level) {
    int least = 1;
    while (least < 64 && !possible(all, least, level)) least++;
    int enough = least;
    return new PhraseTests(
        all.stream().filter(test -> test.changed >= enough).toList(), enough, level);
  }

  /** Whether a test of so few changes may be significant among those with as many or more. */
  private static boolean possible(Collection<Test> all, int changes, double level) {
    double sum = 0;
    double largest = 0;
    long count = 0;
    for (Test test : all) {
      if (test.changed < changes) continue;
      count++;
      sum += test.square();
      largest = Math.max(largest, test.square());
    }
    // All in one direction, two-sided, beside the level that the largest weight has alone.
    return count == 0
        || Math.scalb(2.0, 1 - changes) <= level * (0.5 / count + 0.5 * largest / sum);
  }

  /** Whether it is among them. */
  boolean holds(Test test) {
    return test.changed >= least;
  }

  /** How much it counts; 1 on average. */
  double weight(Test test) {
    return 0.5 + 0.5 * test.square() / mean;
  }

  int size() {
    return tests.size();
  }

  /** The largest p-value by its weight that Benjamini and Hochberg take; below 0 if none. */
  double threshold() {
    return threshold;
  }
}
