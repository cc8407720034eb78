package dev.kedge.rollout;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A change of where a rollout stands.
 *
 * @param after where it then stands
 */
public record Decision(Kind kind, Progress after, String reason) {
  /** What happened. */
  public enum Kind {
    BEGAN,
    STEP,
    /** The last stage is passed; somebody has to promote. */
    PASSED,
    PROMOTED,
    ROLLED_BACK,
    /** Worse, and the rule says only to tell. */
    ALERT,
    HELD,
    RESUMED,
    RESTARTED;

    /** For people. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  /** Tells whether the gate that the rule demands is approved for the candidate. */
  public interface Gate {
    boolean passed(RolloutSpec spec);
  }

  /**
   * What the rule demands now.
   *
   * @param alerted whether the stage's loss was told already
   */
  static Optional<Decision> of(
      RolloutSpec spec, Progress progress, Trial trial, boolean alerted, Gate gate) {
    if (!progress.phase().open()) return Optional.empty();
    boolean mayGo = progress.phase() == Phase.RUNNING && !progress.held();
    return switch (trial.verdict()) {
      case WORSE -> worse(spec, progress, trial.figures(), alerted);
      case NOT_WORSE ->
          !mayGo || !gate.passed(spec) ? Optional.empty() : Optional.of(forward(spec, progress));
      case UNDECIDED -> Optional.empty();
    };
  }

  private static Optional<Decision> worse(
      RolloutSpec spec, Progress progress, List<Figure> figures, boolean alerted) {
    String which =
        figures.stream()
            .filter(figure -> figure.verdict() == Figure.Verdict.WORSE)
            .map(Figure::measure)
            .collect(Collectors.joining(", "));
    String reason = "worse than the margin allows: " + which;
    if (spec.rollback()) {
      return Optional.of(new Decision(Kind.ROLLED_BACK, progress.in(Phase.ROLLED_BACK), reason));
    }
    // From then on it stays where it is, until somebody decides.
    return alerted
        ? Optional.empty()
        : Optional.of(new Decision(Kind.ALERT, progress.held(true), reason));
  }

  private static Decision forward(RolloutSpec spec, Progress progress) {
    String reason = "not worse by the margin on any measure";
    if (progress.stage() + 1 < spec.stages().size()) {
      return new Decision(Kind.STEP, progress.next(), reason);
    }
    return spec.promote()
        ? new Decision(Kind.PROMOTED, progress.in(Phase.PROMOTED), reason)
        : new Decision(Kind.PASSED, progress.in(Phase.WAITING), reason);
  }

  /** Whether a new stage begins, with new tests. */
  boolean renews() {
    return switch (kind) {
      case BEGAN, STEP, RESTARTED -> true;
      case PASSED, PROMOTED, ROLLED_BACK, ALERT, HELD, RESUMED -> false;
    };
  }
}
