package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
import dev.kedge.eval.run.EngineTarget;
import dev.kedge.eval.run.JudgeMetric;
import dev.kedge.eval.run.ServerTarget;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.Metric;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Opens what a command line names as a model, to be asked a task's cases. */
final class EvalTargets {
  private static final Duration LONGEST_CALL = Duration.ofMinutes(5);

  private EvalTargets() {}

  /**
   * Opens a model.
   *
   * @param gateway the configuration of a running gateway
   * @throws KedgeException if there is none
   */
  static Target open(String model, Optional<KedgeFile> gateway) throws IOException {
    Optional<String> key = Optional.ofNullable(System.getenv("KEDGE_API_KEY"));
    return switch (ModelPlace.of(model, gateway)) {
      case ModelPlace.Gguf gguf -> EngineTarget.open(gguf.file());
      case ModelPlace.Server server ->
          new ServerTarget(server.address(), server.name(), key, LONGEST_CALL);
    };
  }

  /** Makes a model a judge; where that fails, it is closed. */
  static Metric judge(
      String name, Target judge, String rubric, Path human, Path data, int concurrency)
      throws IOException {
    try {
      return JudgeMetric.open(name, judge, rubric, human, data, concurrency);
    } catch (InterruptedException e) {
      judge.close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } catch (IOException | RuntimeException e) {
      judge.close();
      throw e;
    }
  }
}
