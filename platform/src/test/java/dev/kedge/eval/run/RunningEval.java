package dev.kedge.eval.run;

import dev.kedge.eval.score.ExactMetric;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A process that runs an evaluation until it is done or killed. */
final class RunningEval {
  static final int CONCURRENCY = 4;

  private RunningEval() {}

  /** Arguments: data folder, cases, address. */
  public static void main(String[] args) throws Exception {
    try (Target target =
        new ServerTarget(URI.create(args[2]), "m", Optional.empty(), Duration.ofSeconds(20))) {
      RunPlan plan =
          new RunPlan(
              "killed",
              JsonLinesSource.of(Path.of(args[1])),
              new Asking("", 16, 0, Asking.Mode.CHAT, 1),
              List.of(new ExactMetric("exact", false)),
              CONCURRENCY,
              "test");
      new EvalRun(Path.of(args[0]), plan, target, InstantSource.system(), RunProgress.silent())
          .run();
    }
  }
}
