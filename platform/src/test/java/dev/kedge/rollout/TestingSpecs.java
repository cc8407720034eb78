package dev.kedge.rollout;

import dev.kedge.config.RolloutMetric;
import dev.kedge.config.RolloutSection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Specifications for tests. */
final class TestingSpecs {
  private TestingSpecs() {}

  static RolloutSection section(RolloutSection.Mode mode, List<String> steps, boolean promote) {
    return new RolloutSection(
        "new",
        mode,
        "100%",
        steps,
        List.of(RolloutMetric.valueOf("errors")),
        "10%",
        "5%",
        10,
        RolloutSection.Sticky.CONVERSATION,
        Optional.empty(),
        RolloutSection.Rollback.AUTO,
        promote ? RolloutSection.After.PROMOTE : RolloutSection.After.HOLD,
        List.of(),
        List.of(),
        new RolloutSection.ShadowLimits(1, 1, Duration.ofMinutes(1), List.of()));
  }

  static RolloutSpec canary(boolean promote, String... steps) {
    return RolloutSpec.of(
        "old", section(RolloutSection.Mode.CANARY, List.of(steps), promote), "aa", "bb");
  }

  static Seen.One one(int stage, Arm arm, boolean wrong) {
    return new Seen.One(stage, arm, new double[] {wrong ? 1 : 0});
  }
}
