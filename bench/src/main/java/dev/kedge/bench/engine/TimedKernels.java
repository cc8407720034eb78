package dev.kedge.bench.engine;

import dev.kedge.engine.kernel.Activations;
import dev.kedge.engine.kernel.AttentionBlock;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.Matrix;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Kernels that note how long each kind of work takes, all threads together. */
final class TimedKernels implements Kernels {
  private final Kernels kernels;
  private final Map<String, LongAdder> nanos = new ConcurrentHashMap<>();
  /* Names are made before anything is timed. */
  private final IdentityHashMap<Matrix, String> kinds = new IdentityHashMap<>();

  /**
   * @param matrices those that will be multiplied with
   */
  TimedKernels(Kernels kernels, List<Matrix> matrices) {
    this.kernels = kernels;
    for (Matrix matrix : matrices) kinds.put(matrix, kind(matrix));
  }

  /** Nanoseconds by kind of work since the last call. */
  Map<String, Long> take() {
    Map<String, Long> taken = new TreeMap<>();
    nanos.forEach((kind, sum) -> taken.put(kind, sum.sumThenReset()));
    return taken;
  }

  /** How products with this matrix are named. */
  static String kind(Matrix weights) {
    return "%s %d × %d".formatted(weights.type(), weights.rows(), weights.columns());
  }

  private void since(long start, String kind) {
    nanos.computeIfAbsent(kind, _ -> new LongAdder()).add(System.nanoTime() - start);
  }

  @Override
  public String description() {
    return kernels.description();
  }

  @Override
  public boolean packed() {
    return kernels.packed();
  }

  @Override
  public double perAttention(Matrix weights) {
    return kernels.perAttention(weights);
  }

  @Override
  public void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    long start = System.nanoTime();
    kernels.multiply(weights, from, to, x, tokens, out, stride);
    since(start, kinds.getOrDefault(weights, "other products"));
  }

  @Override
  public void row(Matrix weights, int row, float[] out, int at) {
    long start = System.nanoTime();
    kernels.row(weights, row, out, at);
    since(start, "embedding");
  }

  @Override
  public void quantize(Activations x, int token) {
    long start = System.nanoTime();
    kernels.quantize(x, token);
    since(start, "activations to 8 bits");
  }

  @Override
  public void normalize(
      float[] x, int offset, float[] weight, float epsilon, float[] out, int outOffset) {
    long start = System.nanoTime();
    kernels.normalize(x, offset, weight, epsilon, out, outOffset);
    since(start, "norms");
  }

  @Override
  public void rotate(
      float[] x, int offset, float[] cos, float[] sin, int table, int pairs, boolean halves) {
    long start = System.nanoTime();
    kernels.rotate(x, offset, cos, sin, table, pairs, halves);
    since(start, "rotation");
  }

  @Override
  public void gate(float[] gate, float[] up, int offset, int length) {
    long start = System.nanoTime();
    kernels.gate(gate, up, offset, length);
    since(start, "gate");
  }

  @Override
  public void add(float[] x, int offset, float[] y, int yOffset, int length) {
    long start = System.nanoTime();
    kernels.add(x, offset, y, yOffset, length);
    since(start, "sums");
  }

  @Override
  public boolean store(
      KvPage page, int layer, int head, int slot, float[] keys, float[] values, int offset) {
    long start = System.nanoTime();
    boolean stored = kernels.store(page, layer, head, slot, keys, values, offset);
    since(start, "keys and values stored");
    return stored;
  }

  @Override
  public void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    long start = System.nanoTime();
    kernels.attend(block, pages, layer, head, scale);
    since(start, "attention");
  }
}
