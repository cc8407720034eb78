package dev.kedge.engine.kernel;

import dev.kedge.engine.weights.Dequantizer;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The specification of the arithmetic, written to be read.
 *
 * <p>Sums of floats run in one order that depends on the position in the reduced dimension alone:
 *
 * <ul>
 *   <li>products with F32, F16 and BF16 weights, the norm's and the softmax's sums: 16 lanes,
 *       element k goes to lane k mod 16 in ascending order, lanes are then added in pairs (j and j
 *       + 8, 4, 2, 1);
 *   <li>products with quantized weights: integers within a block, blocks one after the other, see
 *       {@link ScalarProducts};
 *   <li>attention scores: one element after the other; weighted values: one position after the
 *       other.
 * </ul>
 */
final class ScalarKernels implements Kernels {
  static final int LANES = 16;
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String description;

  ScalarKernels(String description) {
    this.description = description;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public boolean packed() {
    return false;
  }

  @Override
  public void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    if (weights.quantized()) {
      ScalarProducts.multiply(weights, from, to, x, tokens, out, stride);
      return;
    }
    for (int row = from; row < to; row++) {
      for (int token = 0; token < tokens; token++) {
        out[token * stride + row] =
            floatDot(weights, row * weights.rowBytes(), x.values, token * x.width());
      }
    }
  }

  private static float floatDot(Matrix weights, long start, float[] x, int offset) {
    float[] lanes = new float[LANES];
    for (int k = 0; k < weights.columns(); k++) {
      float w = weight(weights.type(), weights.data(), start, k);
      lanes[k % LANES] = Math.fma(w, x[offset + k], lanes[k % LANES]);
    }
    return sum(lanes, 0);
  }

  /** Element {@code k} of a row of floats that starts at byte {@code start}. */
  static float weight(TensorType type, MemorySegment data, long start, int k) {
    return switch (type) {
      case F32 -> data.get(F32, start + 4L * k);
      case F16 -> Float.float16ToFloat(data.get(U16, start + 2L * k));
      case BF16 -> Float.intBitsToFloat(data.get(U16, start + 2L * k) << 16);
      case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K ->
          throw new IllegalArgumentException(type + " is not a type of floats");
    };
  }

  /** Adds 16 lanes in pairs; overwrites them. */
  static float sum(float[] lanes, int offset) {
    for (int step = LANES / 2; step > 0; step /= 2) {
      for (int j = 0; j < step; j++) lanes[offset + j] += lanes[offset + j + step];
    }
    return lanes[offset];
  }

  @Override
  public void row(Matrix weights, int row, float[] out, int at) {
    Dequantizer.dequantize(
        weights.type(), weights.data(), row * weights.rowBytes(), out, at, weights.columns());
  }

  @Override
  public void quantize(Activations x, int token) {
    int blocks = x.width() / Activations.BLOCK;
    for (int b = 0; b < blocks; b++) {
      int from = token * x.width() + b * Activations.BLOCK;
      int to = (token * x.blocks() + b) * Activations.BLOCK;
      float max = 0;
      for (int i = 0; i < Activations.BLOCK; i++) max = Math.max(max, Math.abs(x.values[from + i]));
      float scale = max / 127;
      int sum = 0;
      for (int i = 0; i < Activations.BLOCK; i++) {
        int q = round(x.values[from + i], scale);
        x.quants[to + i] = (short) q;
        sum += q;
      }
      x.scales[token * x.blocks() + b] = scale;
      x.sums[token * x.blocks() + b] = sum;
      x.minus[token * x.blocks() + b] = -(scale * sum);
    }
  }

  /* The cut is reached only where the scale is subnormal; a scale of 0, infinity or NaN gives 0,
   * and the scale itself carries the infinity or NaN on. */
  static int round(float value, float scale) {
    float q = scale == 0 ? 0 : value / scale;
    float cut = Math.min(Math.max(q, -127), 127);
    return (int) (cut + Exponential.ROUND - Exponential.ROUND);
  }

  @Override
  public void normalize(
      float[] x, int offset, float[] weight, float epsilon, float[] out, int outOffset) {
    int n = weight.length;
    float[] lanes = new float[LANES];
    for (int i = 0; i < n; i++) {
      lanes[i % LANES] = Math.fma(x[offset + i], x[offset + i], lanes[i % LANES]);
    }
    float scale = normScale(sum(lanes, 0), n, epsilon);
    for (int i = 0; i < n; i++) out[outOffset + i] = x[offset + i] * scale * weight[i];
  }

  static float normScale(float squares, int n, float epsilon) {
    return 1 / (float) Math.sqrt(squares / n + epsilon);
  }

  @Override
  public void rotate(
      float[] x, int offset, float[] cos, float[] sin, int table, int pairs, boolean halves) {
    int apart = halves ? pairs : 1;
    int step = halves ? 1 : 2;
    for (int i = 0; i < pairs; i++) {
      int at = offset + i * step;
      float a = x[at];
      float b = x[at + apart];
      float c = cos[table + i];
      float s = sin[table + i];
      x[at] = Math.fma(a, c, -(b * s));
      x[at + apart] = Math.fma(a, s, b * c);
    }
  }

  @Override
  public void gate(float[] gate, float[] up, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      gate[i] = gate[i] / (1 + Exponential.exp(-gate[i])) * up[i];
    }
  }

  @Override
  public void add(float[] x, int offset, float[] y, int yOffset, int length) {
    for (int i = 0; i < length; i++) x[offset + i] += y[yOffset + i];
  }

  @Override
  public void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    ScalarAttention.attend(block, pages, layer, head, scale);
  }
}
