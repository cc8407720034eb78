package dev.kedge.pilot;

import dev.kedge.config.TaskFile;
import dev.kedge.cost.CostComparison;
import dev.kedge.cost.Measured;
import dev.kedge.eval.Comparison;
import dev.kedge.eval.Evaluation;
import dev.kedge.eval.EvaluationReport;
import dev.kedge.load.LoadResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A finished pilot.
 *
 * @param task what was tried
 * @param original the model as given
 * @param quantized the model in 4 bit
 * @param digestChecked whether the model's digest is the one that the task names
 * @param originalRun evaluation of the model as given
 * @param quantizedRun evaluation of the 4-bit model
 * @param load test of the 4-bit model
 * @param measured what the cost comparison takes from the runs
 * @param cost comparison
 * @param decision what follows
 * @param machine where it ran
 * @param arithmetic which kernels ran
 * @param version of Kedge
 * @param command that repeats it
 * @param date when the report was made
 * @param reports the files that were written
 */
public record PilotResult(
    TaskFile task,
    ModelFacts original,
    ModelFacts quantized,
    boolean digestChecked,
    Evaluation originalRun,
    Evaluation quantizedRun,
    LoadResult load,
    Measured measured,
    CostComparison cost,
    Decision decision,
    Machine machine,
    String arithmetic,
    String version,
    String command,
    Instant date,
    List<Path> reports) {

  /** Both runs side by side. */
  public EvaluationReport evaluation() {
    return new EvaluationReport(List.of(originalRun, quantizedRun));
  }

  /** The 4-bit model against the one as given. */
  public Comparison comparison() {
    return Comparison.of(originalRun, quantizedRun);
  }
}
