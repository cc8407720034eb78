package dev.kedge.eval;

/**
 * How often a field was right: in the right place with the right value.
 *
 * @param right present in answer and label with the same value
 * @param answered present in the answer
 * @param expected present in the label
 */
public record FieldCount(long right, long answered, long expected) {
  public static final FieldCount NONE = new FieldCount(0, 0, 0);

  /** The sums of both. */
  public FieldCount plus(FieldCount other) {
    return new FieldCount(
        right + other.right, answered + other.answered, expected + other.expected);
  }

  /** Of the answered ones, the share that is right; n is {@link #answered}. */
  public Rate precision() {
    return new Rate(right, answered);
  }

  /** Of the expected ones, the share that is right; n is {@link #expected}. */
  public Rate recall() {
    return new Rate(right, expected);
  }

  /** The harmonic mean of precision and recall; 0 where nothing is right. */
  public double f1() {
    return right == 0 ? 0 : 2.0 * right / (answered + expected);
  }
}
