package dev.kedge.app;

import dev.kedge.observe.Metrics;
import dev.kedge.observe.Metrics.Sample;
import dev.kedge.rollout.Figure;
import dev.kedge.rollout.Rollout;
import dev.kedge.rollout.Rollouts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How rollouts stand, for those who ask for metrics. */
final class RolloutGauges {
  private static final List<String> ROLLOUT = List.of("model", "candidate");
  private static final List<String> MEASURE = List.of("model", "candidate", "measure");

  private RolloutGauges() {}

  static void register(Metrics metrics, Rollouts rollouts) {
    rollout(
        metrics,
        rollouts,
        "phase",
        "Where a rollout stands: 0 running, 1 waiting for a promotion, 2 promoted, 3 rolled back",
        one ->
            switch (one.progress().phase()) {
              case RUNNING -> 0;
              case WAITING -> 1;
              case PROMOTED -> 2;
              case ROLLED_BACK -> 3;
            });
    rollout(
        metrics,
        rollouts,
        "share",
        "Share of the calls that the candidate answers",
        one -> one.spec().share(one.progress()));
    rollout(
        metrics,
        rollouts,
        "dropped",
        "Copies and answers that were not compared, for lack of room or money",
        one -> one.dropped() + one.lost());
    measure(
        metrics,
        rollouts,
        "compared",
        "Compared calls of the candidate in this stage",
        Figure::compared);
    measure(
        metrics,
        rollouts,
        "difference",
        "Candidate's share of what went wrong less the current model's",
        Figure::difference);
    measure(
        metrics,
        rollouts,
        "difference_low",
        "Lower end of the always-valid interval of the difference",
        Figure::low);
    measure(
        metrics,
        rollouts,
        "difference_high",
        "Upper end of the always-valid interval of the difference",
        Figure::high);
  }

  private static void rollout(
      Metrics metrics,
      Rollouts rollouts,
      String name,
      String help,
      ToDoubleFunction<Rollout> value) {
    metrics.gauge(
        "kedge_rollout_" + name,
        help,
        ROLLOUT,
        () ->
            rollouts.live().values().stream()
                .map(one ->
                    new Sample(
                        value.applyAsDouble(one),
                        List.of(one.spec().model(), one.spec().candidate())))
                .toList());
  }

  private static void measure(
      Metrics metrics,
      Rollouts rollouts,
      String name,
      String help,
      ToDoubleFunction<Figure> value) {
    metrics.gauge(
        "kedge_rollout_" + name,
        help,
        MEASURE,
        () -> {
          List<Sample> samples = new ArrayList<>();
          for (Rollout one : rollouts.live().values()) {
            for (Figure figure : one.figures()) {
              samples.add(
                  new Sample(
                      value.applyAsDouble(figure),
                      List.of(one.spec().model(), one.spec().candidate(), figure.measure())));
            }
          }
          return samples;
        });
  }
}
