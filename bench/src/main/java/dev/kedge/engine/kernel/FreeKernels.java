package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.VectorKernels.FLOATS;

import dev.kedge.engine.weights.TensorType;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The engine's kernels without what identical bits ask of them: sums run in several accumulators
 * and in any order, attention is one pass over its pages with a running softmax, scales are
 * multiplied as is cheapest, and the exponential may be the platform's. Products of several tokens
 * are the engine's own: their sums within a block are integers, exact in any order, and what
 * remains is one multiply-add per block and row, which no other order makes fewer.
 */
public final class FreeKernels implements Kernels {
  private static final int WIDTH = FLOATS.length();
  private static final int PANEL = PackedLayout.PANEL;

  private final Kernels exact = Kernels.best();
  private final FreeAttention attention;
  private final boolean platformExp;

  /**
   * @param platformExp whether to take the exponential of the platform's vector library
   */
  public FreeKernels(boolean platformExp) {
    this.platformExp = platformExp;
    this.attention = new FreeAttention(platformExp);
  }

  @Override
  public String description() {
    return "free order, exponential of the " + (platformExp ? "platform" : "engine");
  }

  @Override
  public boolean packed() {
    return exact.packed();
  }

  @Override
  public void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    int whole = weights.rows() / PANEL * PANEL;
    boolean own = tokens == 1 && weights.type() == TensorType.Q4_0 && Lanes.PARTS == 1;
    if (!own || weights.packed() == null || from % PANEL != 0 || to > whole) {
      exact.multiply(weights, from, to, x, tokens, out, stride);
      return;
    }
    long packed = Objects.requireNonNull(weights.packed()).address();
    int columns = weights.columns();
    int panel = from / PANEL;
    FreeProducts.blocks(
        packed + PackedLayout.of(weights.type()).integers(panel, columns),
        PackedLayout.of(weights.type()).apart(weights.rows(), columns),
        packed + PackedLayout.scales(weights.type(), weights.rows(), columns, panel),
        (to - from) / PANEL,
        columns / Activations.BLOCK,
        x,
        out,
        from);
  }

  @Override
  public void row(Matrix weights, int row, float[] out, int at) {
    exact.row(weights, row, out, at);
  }

  @Override
  public void quantize(Activations x, int token) {
    exact.quantize(x, token);
  }

  @Override
  public void normalize(
      float[] x, int offset, float[] weight, float epsilon, float[] out, int outOffset) {
    int n = weight.length;
    if (n % (4 * WIDTH) != 0) {
      exact.normalize(x, offset, weight, epsilon, out, outOffset);
      return;
    }
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = offset; i < offset + n; i += 4 * WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, i);
      a = v.fma(v, a);
      v = FloatVector.fromArray(FLOATS, x, i + WIDTH);
      b = v.fma(v, b);
      v = FloatVector.fromArray(FLOATS, x, i + 2 * WIDTH);
      c = v.fma(v, c);
      v = FloatVector.fromArray(FLOATS, x, i + 3 * WIDTH);
      d = v.fma(v, d);
    }
    float sum = a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    float scale = (float) (1 / Math.sqrt(sum / n + epsilon));
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, offset + i)
          .mul(scale)
          .mul(FloatVector.fromArray(FLOATS, weight, i))
          .intoArray(out, outOffset + i);
    }
  }

  @Override
  public void rotate(
      float[] x, int offset, float[] cos, float[] sin, int table, int pairs, boolean halves) {
    exact.rotate(x, offset, cos, sin, table, pairs, halves);
  }

  @Override
  public void gate(float[] gate, float[] up, int offset, int length) {
    if (!platformExp || length % WIDTH != 0) {
      exact.gate(gate, up, offset, length);
      return;
    }
    for (int i = offset; i < offset + length; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, gate, i);
      x.div(x.neg().lanewise(VectorOperators.EXP).add(1))
          .mul(FloatVector.fromArray(FLOATS, up, i))
          .intoArray(gate, i);
    }
  }

  @Override
  public void add(float[] x, int offset, float[] y, int yOffset, int length) {
    exact.add(x, offset, y, yOffset, length);
  }

  @Override
  public void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    attention.attend(block, pages, layer, head, scale);
  }
}
