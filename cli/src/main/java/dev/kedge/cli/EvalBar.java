package dev.kedge.cli;

import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunProgress;
import java.util.Locale;

/** The progress of a run on a terminal, with rate and time left. Any thread may tell. */
final class EvalBar implements RunProgress, AutoCloseable {
  private final ProgressBar bar = new ProgressBar("Evaluating");
  private Step step = Step.ASKING;
  private long start = System.nanoTime();
  private long reusedBefore;

  @Override
  public synchronized void at(Step now, long done, long total, long reused, long failed) {
    if (now != step) {
      step = now;
      start = System.nanoTime();
      reusedBefore = 0;
    }
    reusedBefore = Math.max(reusedBefore, reused);
    double seconds = (System.nanoTime() - start) / 1e9;
    double rate = (done - reusedBefore) / Math.max(0.001, seconds);
    StringBuilder remark = new StringBuilder();
    remark.append(done).append(" of ").append(total);
    remark.append(step == Step.ASKING ? " answered" : " scored");
    if (reused > 0) remark.append(", ").append(reused).append(" of them before");
    if (failed > 0) remark.append(", ").append(failed).append(" failed");
    if (rate > 0 && seconds > 1) {
      remark.append(
          String.format(Locale.ROOT, ", %.1f/s, %s left", rate, left((total - done) / rate)));
    }
    bar.update(done, total, remark.toString());
  }

  private static String left(double seconds) {
    if (seconds >= 3600) return String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    if (seconds >= 120) return String.format(Locale.ROOT, "%.0f min", seconds / 60);
    return String.format(Locale.ROOT, "%.0f s", seconds);
  }

  synchronized void done(RunManifest run) {
    bar.done(
        run.cases() + " cases, " + run.asked() + " calls, " + run.reused() + " answers reused");
  }

  @Override
  public synchronized void close() {
    bar.close();
  }
}
