package dev.kedge.engine.train;

import dev.kedge.engine.kernel.Gemm;
import dev.kedge.engine.kernel.Gemm.View;
import dev.kedge.engine.kernel.TrainingKernels;
import dev.kedge.engine.kernel.TrainingWorkers;
import dev.kedge.engine.train.LlamaPass.Measured;
import java.util.Arrays;

/**
 * The last norm, the tied output projection and the cross-entropy, only at places with a target:
 * those rows are gathered first, so prompts cost nothing here. Logits exist for some rows at a
 * time.
 */
final class AnswerLoss {
  private static final int LOGITS = 1 << 22;

  private final LlamaPass pass;
  private final LlamaShape shape;
  private final TrainingWorkers workers;
  private final Gemm.Scratch[] scratch;
  private final float[][] rowWork;
  private int[] places = new int[0];
  private float[] picked = new float[0];
  private float[] normed = new float[0];
  private float[] dNormed = new float[0];
  private float[] scales = new float[0];
  private double[] losses = new double[0];
  private boolean[] right = new boolean[0];
  private float[] logits = new float[0];

  AnswerLoss(LlamaPass pass, TrainingWorkers workers, Gemm.Scratch[] scratch) {
    this.pass = pass;
    this.shape = pass.shape;
    this.workers = workers;
    this.scratch = scratch;
    rowWork = new float[workers.threads()][shape.dim()];
  }

  /**
   * @param x the residual stream after the last layer, [tokens × dim]
   * @param dx receives its gradient where {@code learn}
   * @param factor of the gradients
   */
  Measured run(Batch batch, float[] x, float[] dx, float factor, boolean learn) {
    int n = gather(batch);
    int dim = shape.dim();
    int gain = pass.layout.finalGain();
    pass.rows(
        n,
        (i, worker) -> {
          System.arraycopy(x, places[i] * dim, picked, i * dim, dim);
          scales[i] =
              TrainingKernels.norm(
                  picked, i * dim, pass.weights, gain, LlamaShape.EPSILON, normed, i * dim, dim);
        });
    int chunk = Math.max(1, LOGITS / shape.vocabulary());
    for (int from = 0; from < n; from += chunk) {
      project(batch, from, Math.min(chunk, n - from), factor, learn);
    }
    if (learn) backward(batch.size, n, gain, dx);
    return summary(batch, n);
  }

  private void project(Batch batch, int from, int count, float factor, boolean learn) {
    int dim = shape.dim();
    int v = shape.vocabulary();
    if (logits.length < count * v) logits = new float[count * v];
    View rows = View.rows(normed, from * dim, dim);
    View table = View.rows(pass.weights, pass.layout.embedding(), dim);
    View scores = View.rows(logits, 0, v);
    Gemm.multiply(workers, scratch, count, v, dim, rows, table.transposed(), scores, false);
    pass.rows(
        count,
        (i, worker) -> {
          int target = batch.targets[places[from + i]];
          right[from + i] = logits[i * v + target] == TrainingKernels.max(logits, i * v, v);
          losses[from + i] = TrainingKernels.crossEntropy(logits, i * v, v, target, factor);
        });
    if (!learn) return;
    View dRows = View.rows(dNormed, from * dim, dim);
    Gemm.multiply(workers, scratch, count, dim, v, scores, table, dRows, false);
    View dTable = View.rows(pass.gradients, pass.layout.embedding(), dim);
    Gemm.multiply(workers, scratch, v, dim, count, scores.transposed(), rows, dTable, true);
  }

  private void backward(int tokens, int n, int gain, float[] dx) {
    int dim = shape.dim();
    pass.rows(tokens, (t, worker) -> Arrays.fill(dx, t * dim, (t + 1) * dim, 0));
    pass.columns(
        dim,
        (from, count) -> {
          for (int i = 0; i < n; i++) {
            int at = i * dim + from;
            TrainingKernels.gainGradient(
                dNormed, at, picked, at, scales[i], pass.gradients, gain + from, count);
          }
        });
    pass.rows(
        n,
        (i, worker) ->
            TrainingKernels.normBackward(
                dNormed,
                i * dim,
                picked,
                i * dim,
                pass.weights,
                gain,
                scales[i],
                dx,
                places[i] * dim,
                rowWork[worker],
                dim));
  }

  private int gather(Batch batch) {
    int room = batch.answers;
    if (places.length < room) {
      places = new int[room];
      picked = new float[room * shape.dim()];
      normed = new float[room * shape.dim()];
      dNormed = new float[room * shape.dim()];
      scales = new float[room];
      losses = new double[room];
      right = new boolean[room];
    }
    int n = 0;
    for (int t = 0; t < batch.size; t++) if (batch.targets[t] >= 0) places[n++] = t;
    return n;
  }

  private Measured summary(Batch batch, int n) {
    double loss = 0;
    int hits = 0;
    for (int i = 0; i < n; i++) {
      loss += losses[i];
      if (right[i]) hits++;
    }
    int exact = 0;
    int next = 0;
    for (int s = 0; s < batch.sequences; s++) {
      boolean all = true;
      for (; next < n && places[next] < batch.starts[s + 1]; next++) all &= right[next];
      if (all) exact++;
    }
    return new Measured(loss, n, hits, batch.sequences, exact);
  }
}
