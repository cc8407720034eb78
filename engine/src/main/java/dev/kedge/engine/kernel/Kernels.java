package dev.kedge.engine.kernel;

/**
 * The arithmetic of the forward pass. {@link ScalarKernels} is the specification; every other
 * implementation gives the same bits for the same input, so results depend on neither the machine
 * nor on how work is split over rows, tokens and threads.
 *
 * <p>Implementations are stateless and may be called from any thread.
 */
public interface Kernels {
  /** Positions in one page of the key-value cache. */
  int PAGE = 32;

  /** Which kernels these are, and why they were chosen. */
  String description();

  /** Whether they read packed weights, see {@link Packer}; they still run without. */
  boolean packed();

  /**
   * Products of some rows with several tokens: {@code out[t · stride + r] = Σ w[r][k] · x[t][k]}
   * for {@code from ≤ r < to} and {@code 0 ≤ t < tokens}. Quantized weights read the 8-bit form of
   * {@code x}, see {@link #quantize}.
   */
  void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride);

  /**
   * A guess of how many multiply-adds with these weights are done in the time that attention takes
   * for one.
   */
  default double perAttention(Matrix weights) {
    return 2;
  }

  /** Decodes one row: {@code columns} values to {@code out} from {@code at} on. */
  void row(Matrix weights, int row, float[] out, int at);

  /** Fills the 8-bit form of one token: scale = max |x| / 127 per 32 values, ties to even. */
  void quantize(Activations x, int token);

  /** RMS norm: {@code out[i] = x[i] / sqrt(mean(x²) + epsilon) · weight[i]}. */
  void normalize(float[] x, int offset, float[] weight, float epsilon, float[] out, int outOffset);

  /**
   * Rotary position embedding of one head, in place: pairs {@code (x[2i], x[2i + 1])}, or {@code
   * (x[i], x[i + pairs])} where {@code halves}, turn by the angle whose cosine and sine stand at
   * {@code i} of the tables.
   */
  void rotate(
      float[] x, int offset, float[] cos, float[] sin, int table, int pairs, boolean halves);

  /** {@code gate[i] = silu(gate[i]) · up[i]} with silu(x) = x / (1 + e⁻ˣ). */
  void gate(float[] gate, float[] up, int offset, int length);

  /** {@code x[i] += y[i]}. */
  void add(float[] x, int offset, float[] y, int yOffset, int length);

  /**
   * Stores the key and the value of one position.
   *
   * @param slot position in the page
   * @param keys of all heads; this one's begins at {@code offset}, and so in {@code values}
   * @return whether all numbers were finite and within the cache's range
   */
  default boolean store(
      KvPage page, int layer, int head, int slot, float[] keys, float[] values, int offset) {
    return KvStore.store(page, layer, head, slot, keys, values, offset);
  }

  /**
   * Attention of queries that share a key-value head: for each, the softmax of {@code scale · q·k}
   * over the positions that it sees, times their values. Uses up the block's queries; results are
   * in the block.
   *
   * @param pages the sequence's pages in order
   */
  void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale);

  /** The fastest kernels that this machine and start command allow. */
  static Kernels best() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new ScalarKernels(
          "scalar (start java with --add-modules jdk.incubator.vector for vectors)");
    }
    return VectorKernels.create();
  }

  /** The scalar specification. */
  static Kernels scalar() {
    return new ScalarKernels("scalar (as asked)");
  }
}
