package dev.kedge.eval.stats;

/** A 95 % confidence interval. */
public record Interval(double low, double high) {
  /** Whether a value lies in it, ends included. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** The same interval of the negated quantity. */
  public Interval negated() {
    return new Interval(-high, -low);
  }
}
