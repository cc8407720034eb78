package dev.kedge.engine.train;

import dev.kedge.engine.kernel.Gemm;
import dev.kedge.engine.kernel.Gemm.View;
import dev.kedge.engine.kernel.TrainingKernels;
import dev.kedge.engine.kernel.TrainingWorkers;

/**
 * Causal grouped-query attention over packed sequences, forward and backward. One unit of work is a
 * sequence and a key-value head; queries pass in blocks of 64, so that a block multiplies only keys
 * it can see (and the blocks above the diagonal are never computed). Probabilities are not kept:
 * the backward pass computes them again, which is cheaper than the memory.
 */
final class Attention {
  private static final int QUERIES = 64;

  private final LlamaShape shape;
  private final TrainingWorkers workers;
  private final Gemm.Scratch[] scratch;
  private final float[][] probabilities;
  private final float[][] slopes;
  private int room;

  Attention(LlamaShape shape, TrainingWorkers workers, Gemm.Scratch[] scratch) {
    this.shape = shape;
    this.workers = workers;
    this.scratch = scratch;
    probabilities = new float[workers.threads()][0];
    slopes = new float[workers.threads()][0];
  }

  /**
   * @param qkv rotated queries and keys, and values: [tokens × qkvDim]
   * @param out [tokens × dim]
   */
  void forward(Batch batch, float[] qkv, float[] out) {
    reserve(batch.longest());
    workers.run(
        batch.sequences * shape.kvHeads(),
        (unit, worker) -> {
          int start = batch.starts[unit / shape.kvHeads()];
          int length = batch.starts[unit / shape.kvHeads() + 1] - start;
          int group = shape.heads() / shape.kvHeads();
          int kvHead = unit % shape.kvHeads();
          for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            forward(qkv, out, start, length, h, kvHead, worker);
          }
        });
  }

  private void forward(
      float[] qkv, float[] out, int start, int length, int head, int kvHead, int worker) {
    int size = shape.headSize();
    float[] p = probabilities[worker];
    View values = values(qkv, start, kvHead);
    for (int from = 0; from < length; from += QUERIES) {
      int to = Math.min(length, from + QUERIES);
      probabilities(qkv, start, from, to, head, kvHead, worker);
      View result = View.rows(out, (start + from) * shape.dim() + head * size, shape.dim());
      Gemm.multiply(
          scratch[worker], to - from, size, to, View.rows(p, 0, to), values, result, false);
    }
  }

  /* Rows from..to of the attention matrix, each `to` long, to the worker's own array. */
  private void probabilities(
      float[] qkv, int start, int from, int to, int head, int kvHead, int worker) {
    float[] p = probabilities[worker];
    View q = queries(qkv, start + from, head);
    View k = keys(qkv, start, kvHead).transposed();
    int size = shape.headSize();
    Gemm.multiply(scratch[worker], to - from, to, size, q, k, View.rows(p, 0, to), false);
    for (int i = from; i < to; i++) {
      TrainingKernels.softmax(p, (i - from) * to, i + 1, to, scale());
    }
  }

  /**
   * @param dOut gradient of the output, [tokens × dim]
   * @param dQkv receives the gradient of {@code qkv}
   */
  void backward(Batch batch, float[] qkv, float[] dOut, float[] dQkv) {
    reserve(batch.longest());
    workers.run(
        batch.sequences * shape.kvHeads(),
        (unit, worker) -> {
          int start = batch.starts[unit / shape.kvHeads()];
          int length = batch.starts[unit / shape.kvHeads() + 1] - start;
          int group = shape.heads() / shape.kvHeads();
          int kvHead = unit % shape.kvHeads();
          clear(keys(dQkv, start, kvHead), length);
          clear(values(dQkv, start, kvHead), length);
          for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            for (int from = 0; from < length; from += QUERIES) {
              int to = Math.min(length, from + QUERIES);
              backward(qkv, dOut, dQkv, start, from, to, h, kvHead, worker);
            }
          }
        });
  }

  private void backward(
      float[] qkv,
      float[] dOut,
      float[] dQkv,
      int start,
      int from,
      int to,
      int head,
      int kvHead,
      int worker) {
    int size = shape.headSize();
    int rows = to - from;
    Gemm.Scratch s = scratch[worker];
    probabilities(qkv, start, from, to, head, kvHead, worker);
    View p = View.rows(probabilities[worker], 0, to);
    float[] slope = slopes[worker];
    View ds = View.rows(slope, 0, to);
    View dO = View.rows(dOut, (start + from) * shape.dim() + head * size, shape.dim());
    Gemm.multiply(s, rows, to, size, dO, values(qkv, start, kvHead).transposed(), ds, false);
    for (int i = 0; i < rows; i++) {
      TrainingKernels.softmaxBackward(
          probabilities[worker], i * to, slope, i * to, from + i + 1, to, scale());
    }
    Gemm.multiply(s, to, size, rows, p.transposed(), dO, values(dQkv, start, kvHead), true);
    View keys = keys(qkv, start, kvHead);
    Gemm.multiply(s, rows, size, to, ds, keys, queries(dQkv, start + from, head), false);
    View queries = queries(qkv, start + from, head);
    Gemm.multiply(s, to, size, rows, ds.transposed(), queries, keys(dQkv, start, kvHead), true);
  }

  private float scale() {
    return 1 / (float) Math.sqrt(shape.headSize());
  }

  private View queries(float[] qkv, int token, int head) {
    return View.rows(qkv, token * shape.qkvDim() + head * shape.headSize(), shape.qkvDim());
  }

  private View keys(float[] qkv, int token, int kvHead) {
    int at = token * shape.qkvDim() + shape.dim() + kvHead * shape.headSize();
    return View.rows(qkv, at, shape.qkvDim());
  }

  private View values(float[] qkv, int token, int kvHead) {
    int at = token * shape.qkvDim() + shape.dim() + shape.kvDim() + kvHead * shape.headSize();
    return View.rows(qkv, at, shape.qkvDim());
  }

  private void clear(View part, int tokens) {
    for (int t = 0; t < tokens; t++) {
      int at = part.offset() + t * part.rowStride();
      java.util.Arrays.fill(part.data(), at, at + shape.headSize(), 0);
    }
  }

  private void reserve(int longest) {
    if (longest <= room) return;
    room = longest;
    for (int w = 0; w < workers.threads(); w++) {
      probabilities[w] = new float[QUERIES * room];
      slopes[w] = new float[QUERIES * room];
    }
  }
}
