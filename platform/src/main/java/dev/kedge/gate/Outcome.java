package dev.kedge.gate;

/** How a gate or one of its rules ended. */
public enum Outcome {
  PASS(0),
  FAIL(1),
  UNDECIDED(4);

  private final int exitCode;

  Outcome(int exitCode) {
    this.exitCode = exitCode;
  }

  /** For scripts. */
  public int exitCode() {
    return exitCode;
  }

  /** A failure outweighs a doubt, a doubt outweighs a pass. */
  Outcome and(Outcome other) {
    if (this == FAIL || other == FAIL) return FAIL;
    return this == UNDECIDED || other == UNDECIDED ? UNDECIDED : PASS;
  }
}
