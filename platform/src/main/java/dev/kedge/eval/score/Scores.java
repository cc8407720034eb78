package dev.kedge.eval.score;

import dev.kedge.eval.FieldCount;
import java.util.Map;
import java.util.TreeMap;

/**
 * What metrics found in one case, by the name of the measure. A measure that says nothing of this
 * case is absent. Filled by one thread.
 *
 * @param values of shares (0 or 1) and means
 * @param classes of measures of kind classes
 * @param counts of measures of kind counts, by field
 * @param notes why a value is what it is, for people
 */
public record Scores(
    Map<String, Double> values,
    Map<String, ClassPair> classes,
    Map<String, Map<String, FieldCount>> counts,
    Map<String, String> notes) {

  /** Nothing found yet. */
  public static Scores empty() {
    return new Scores(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }

  /** Notes a share of one case. */
  public void put(String measure, boolean good) {
    values.put(measure, good ? 1.0 : 0.0);
  }

  /** Notes a number. */
  public void put(String measure, double value) {
    values.put(measure, value);
  }

  /** Notes a class. */
  public void put(String measure, ClassPair pair) {
    classes.put(measure, pair);
  }

  /** Adds items of a field. */
  public void add(String measure, String field, FieldCount count) {
    counts.computeIfAbsent(measure, _ -> new TreeMap<>()).merge(field, count, FieldCount::plus);
  }

  /** Says why; long reasons are cut. */
  public void note(String measure, String reason) {
    notes.put(measure, reason.length() <= 400 ? reason : reason.substring(0, 400) + "…");
  }
}
