package dev.kedge.engine.train;

import dev.kedge.engine.kernel.Gemm;
import dev.kedge.engine.kernel.Gemm.View;
import dev.kedge.engine.kernel.TrainingKernels;
import dev.kedge.engine.kernel.TrainingWorkers;
import java.util.Arrays;

/**
 * The forward and backward pass of a Llama model over packed sequences. Gradients add up over calls
 * until {@link #clearGradients}; one thread calls, the workers compute.
 */
final class LlamaPass {
  private static final int ROWS = 32;
  private static final int COLUMNS = 32;

  final LlamaShape shape;
  final Layout layout;
  final float[] weights;
  final float[] gradients;
  private final TrainingWorkers workers;
  private final Gemm.Scratch[] scratch;
  private final float[][] rowWork;
  private final Attention attention;
  private final AnswerLoss loss;
  private final float[] cos;
  private final float[] sin;
  private Activations a;

  /** {@code weights} in the order of {@link Layout}; the caller may change them between calls. */
  LlamaPass(LlamaShape shape, float[] weights, TrainingWorkers workers) {
    this.shape = shape;
    this.weights = weights;
    this.workers = workers;
    layout = new Layout(shape);
    gradients = new float[weights.length];
    scratch = new Gemm.Scratch[workers.threads()];
    rowWork = new float[workers.threads()][shape.dim()];
    for (int i = 0; i < scratch.length; i++) scratch[i] = new Gemm.Scratch();
    attention = new Attention(shape, workers, scratch);
    loss = new AnswerLoss(this, workers, scratch);
    a = new Activations(shape, 0);
    int half = shape.headSize() / 2;
    cos = new float[shape.context() * half];
    sin = new float[shape.context() * half];
    for (int i = 0; i < half; i++) {
      double frequency = StrictMath.pow(LlamaShape.ROPE_BASE, -2.0 * i / shape.headSize());
      for (int p = 0; p < shape.context(); p++) {
        cos[p * half + i] = (float) StrictMath.cos(p * frequency);
        sin[p * half + i] = (float) StrictMath.sin(p * frequency);
      }
    }
  }

  /** What a pass measured: sums over the answer tokens of its batch. */
  record Measured(double loss, int answers, int right, int sequences, int exact) {
    Measured plus(Measured other) {
      return new Measured(
          loss + other.loss,
          answers + other.answers,
          right + other.right,
          sequences + other.sequences,
          exact + other.exact);
    }
  }

  void clearGradients() {
    int chunk = 1 << 16;
    workers.run(
        (gradients.length + chunk - 1) / chunk,
        (unit, worker) -> {
          int from = unit * chunk;
          Arrays.fill(gradients, from, Math.min(gradients.length, from + chunk), 0);
        });
  }

  /** Forward only. */
  Measured measure(Batch batch) {
    forward(batch);
    return loss.run(batch, a.stream[shape.layers()], a.dStream, 0, false);
  }

  /** Forward and backward; adds {@code factor} times the gradient of the summed loss. */
  Measured learn(Batch batch, float factor) {
    forward(batch);
    Measured measured = loss.run(batch, a.stream[shape.layers()], a.dStream, factor, true);
    for (int l = shape.layers() - 1; l >= 0; l--) {
      feedForwardBackward(batch, l);
      attentionBackward(batch, l);
    }
    embeddingBackward(batch);
    return measured;
  }

  private void forward(Batch batch) {
    if (batch.size > a.tokens) a = new Activations(shape, batch.size + batch.size / 16);
    int dim = shape.dim();
    int half = shape.headSize() / 2;
    rows(
        batch.size,
        (t, worker) -> System.arraycopy(weights, batch.tokens[t] * dim, a.stream[0], t * dim, dim));
    for (int layer = 0; layer < shape.layers(); layer++) {
      int l = layer;
      float[] qkv = a.qkv[l];
      norm(batch.size, a.stream[l], layout.attentionGain(l));
      product(batch.size, shape.qkvDim(), dim, a.normed, layout.qkv(l), qkv, false);
      rows(batch.size, (t, worker) -> rotate(qkv, t, batch.positions[t] * half, 1));
      attention.forward(batch, qkv, a.attended[l]);
      rows(
          batch.size,
          (t, worker) -> System.arraycopy(a.stream[l], t * dim, a.middle[l], t * dim, dim));
      product(batch.size, dim, dim, a.attended[l], layout.output(l), a.middle[l], true);
      norm(batch.size, a.middle[l], layout.ffnGain(l));
      product(batch.size, 2 * shape.ffn(), dim, a.normed, layout.gateUp(l), a.gateUp[l], false);
      swiglu(batch.size, l);
      rows(
          batch.size,
          (t, worker) -> System.arraycopy(a.middle[l], t * dim, a.stream[l + 1], t * dim, dim));
      product(batch.size, dim, shape.ffn(), a.inner, layout.down(l), a.stream[l + 1], true);
    }
  }

  private void rotate(float[] qkv, int token, int table, float direction) {
    int heads = shape.heads() + shape.kvHeads();
    int at = token * shape.qkvDim();
    TrainingKernels.rotate(qkv, at, heads, shape.headSize(), cos, sin, table, direction);
  }

  private void swiglu(int tokens, int l) {
    int ffn = shape.ffn();
    rows(
        tokens,
        (t, worker) -> TrainingKernels.swiglu(a.gateUp[l], t * 2 * ffn, a.inner, t * ffn, ffn));
  }

  /* dStream: gradient after the layer; becomes that of the stream between its two halves. */
  private void feedForwardBackward(Batch batch, int l) {
    int n = batch.size;
    int dim = shape.dim();
    int ffn = shape.ffn();
    swiglu(n, l);
    weightGradient(n, ffn, dim, a.inner, a.dStream, layout.down(l));
    inputGradient(n, ffn, dim, a.dStream, layout.down(l), a.dInner);
    rows(
        n,
        (t, worker) ->
            TrainingKernels.swigluBackward(
                a.gateUp[l], t * 2 * ffn, a.dInner, t * ffn, a.dGateUp, t * 2 * ffn, ffn));
    norm(n, a.middle[l], layout.ffnGain(l));
    weightGradient(n, dim, 2 * ffn, a.normed, a.dGateUp, layout.gateUp(l));
    inputGradient(n, dim, 2 * ffn, a.dGateUp, layout.gateUp(l), a.dNormed);
    normBackward(n, a.middle[l], layout.ffnGain(l));
  }

  private void attentionBackward(Batch batch, int l) {
    int n = batch.size;
    int dim = shape.dim();
    int half = shape.headSize() / 2;
    weightGradient(n, dim, dim, a.attended[l], a.dStream, layout.output(l));
    inputGradient(n, dim, dim, a.dStream, layout.output(l), a.dNormed);
    attention.backward(batch, a.qkv[l], a.dNormed, a.dQkv);
    rows(n, (t, worker) -> rotate(a.dQkv, t, batch.positions[t] * half, -1));
    norm(n, a.stream[l], layout.attentionGain(l));
    weightGradient(n, dim, shape.qkvDim(), a.normed, a.dQkv, layout.qkv(l));
    inputGradient(n, dim, shape.qkvDim(), a.dQkv, layout.qkv(l), a.dNormed);
    normBackward(n, a.stream[l], layout.attentionGain(l));
  }

  /* A unit owns columns of the table, so rows of repeated tokens add up in the order of the batch. */
  private void embeddingBackward(Batch batch) {
    int dim = shape.dim();
    columns(
        dim,
        (from, count) -> {
          for (int t = 0; t < batch.size; t++) {
            int to = batch.tokens[t] * dim + from;
            TrainingKernels.add(a.dStream, t * dim + from, gradients, to, count);
          }
        });
  }

  private void norm(int tokens, float[] x, int gain) {
    int dim = shape.dim();
    rows(
        tokens,
        (t, worker) ->
            a.scales[t] =
                TrainingKernels.norm(
                    x, t * dim, weights, gain, LlamaShape.EPSILON, a.normed, t * dim, dim));
  }

  private void normBackward(int tokens, float[] x, int gain) {
    int dim = shape.dim();
    columns(
        dim,
        (from, count) -> {
          for (int t = 0; t < tokens; t++) {
            int at = t * dim + from;
            TrainingKernels.gainGradient(
                a.dNormed, at, x, at, a.scales[t], gradients, gain + from, count);
          }
        });
    rows(
        tokens,
        (t, worker) ->
            TrainingKernels.normBackward(
                a.dNormed,
                t * dim,
                x,
                t * dim,
                weights,
                gain,
                a.scales[t],
                a.dStream,
                t * dim,
                rowWork[worker],
                dim));
  }

  /* y[n × out] (+)= x[n × in] · W[in × out] */
  private void product(int n, int out, int in, float[] x, int matrix, float[] y, boolean add) {
    View w = View.rows(weights, matrix, out);
    Gemm.multiply(workers, scratch, n, out, in, View.rows(x, 0, in), w, View.rows(y, 0, out), add);
  }

  /* dW[in × out] += xᵀ · dy */
  private void weightGradient(int n, int in, int out, float[] x, float[] dy, int matrix) {
    View left = View.rows(x, 0, in).transposed();
    View target = View.rows(gradients, matrix, out);
    Gemm.multiply(workers, scratch, in, out, n, left, View.rows(dy, 0, out), target, true);
  }

  /* dx[n × in] = dy[n × out] · Wᵀ */
  private void inputGradient(int n, int in, int out, float[] dy, int matrix, float[] dx) {
    View w = View.rows(weights, matrix, out).transposed();
    Gemm.multiply(
        workers, scratch, n, in, out, View.rows(dy, 0, out), w, View.rows(dx, 0, in), false);
  }

  /** Work on one token. */
  @FunctionalInterface
  interface Row {
    void run(int row, int worker);
  }

  /** Work on a range of columns. */
  @FunctionalInterface
  interface Columns {
    void run(int from, int count);
  }

  void rows(int count, Row body) {
    workers.run(
        (count + ROWS - 1) / ROWS,
        (unit, worker) -> {
          int to = Math.min(count, (unit + 1) * ROWS);
          for (int row = unit * ROWS; row < to; row++) body.run(row, worker);
        });
  }

  void columns(int count, Columns body) {
    workers.run(
        (count + COLUMNS - 1) / COLUMNS,
        (unit, worker) -> {
          int from = unit * COLUMNS;
          body.run(from, Math.min(COLUMNS, count - from));
        });
  }
}
