package dev.kedge.rollout;

/**
 * Where a rollout stands.
 *
 * @param stage index of the stage; that of the last one where it is over
 * @param held whether somebody stopped it: no step is taken, a rollback is
 */
public record Progress(Phase phase, int stage, boolean held) {
  /** Before the first call. */
  public static final Progress BEGINNING = new Progress(Phase.RUNNING, 0, false);

  /** Whether it goes on by itself. */
  public boolean underWay() {
    return phase == Phase.RUNNING && !held;
  }

  /** Whether nothing goes on until somebody decides. */
  public boolean waitsForPeople() {
    return phase.open() && !underWay();
  }

  /** The same in another phase. */
  Progress in(Phase next) {
    return new Progress(next, stage, false);
  }

  /** The next stage. */
  Progress next() {
    return new Progress(Phase.RUNNING, stage + 1, false);
  }

  /** The same, stopped or not. */
  Progress held(boolean stopped) {
    return new Progress(phase, stage, stopped);
  }
}
