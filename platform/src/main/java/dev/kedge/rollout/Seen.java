package dev.kedge.rollout;

/**
 * What one call said, by measure in the order of the specification's rules; NaN where it says
 * nothing.
 */
public sealed interface Seen {
  /** The stage in which the call was made. */
  int stage();

  /** A call that one side answered. */
  record One(int stage, Arm arm, double[] wrong) implements Seen {}

  /** A call that both sides answered. */
  record Both(int stage, double[] current, double[] candidate) implements Seen {}
}
