package dev.kedge.engine.train;

import dev.kedge.engine.kernel.TrainingKernels;
import dev.kedge.engine.kernel.TrainingWorkers;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019) and clipping by global norm. */
final class AdamW {
  private static final int CHUNK = 1 << 14;
  private static final float EPSILON = 1e-8f;

  final float[] first;
  final float[] second;
  private final TrainingWorkers workers;
  private final TrainingOptions options;
  private final int gains;
  private final double[] squares;

  AdamW(Layout layout, TrainingOptions options, TrainingWorkers workers) {
    this.workers = workers;
    this.options = options;
    gains = layout.gains();
    first = new float[layout.total()];
    second = new float[layout.total()];
    squares = new double[(layout.total() + CHUNK - 1) / CHUNK];
  }

  /**
   * One step.
   *
   * @param step counted from 1
   * @return the gradient's norm before clipping
   */
  double step(float[] weights, float[] gradients, int step, float rate) {
    double norm = norm(gradients);
    if (!Double.isFinite(norm)) return norm;
    float factor = norm > options.clip() ? (float) (options.clip() / norm) : 1;
    TrainingKernels.Adam adam =
        new TrainingKernels.Adam(
            rate,
            options.beta1(),
            options.beta2(),
            EPSILON,
            (float) (1 / (1 - StrictMath.pow(options.beta1(), step))),
            (float) (1 / (1 - StrictMath.pow(options.beta2(), step))));
    workers.run(
        squares.length,
        (unit, worker) -> {
          int from = unit * CHUNK;
          int to = Math.min(weights.length, from + CHUNK);
          int edge = Math.max(from, Math.min(to, gains));
          float decay = options.weightDecay();
          TrainingKernels.adam(adam, decay, factor, weights, gradients, first, second, from, edge);
          TrainingKernels.adam(adam, 0, factor, weights, gradients, first, second, edge, to);
        });
    return norm;
  }

  private double norm(float[] gradients) {
    workers.run(
        squares.length,
        (unit, worker) -> {
          int from = unit * CHUNK;
          int count = Math.min(gradients.length - from, CHUNK);
          squares[unit] = TrainingKernels.squares(gradients, from, count);
        });
    double sum = 0;
    for (double part : squares) sum += part;
    return Math.sqrt(sum);
  }
}
