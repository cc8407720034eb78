package dev.kedge.engine.kernel;

import dev.kedge.engine.weights.Blocks;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * The specification of products with quantized weights. A row's integers are decoded once and meet
 * the 8-bit form of every token; the floats that follow are, with s(b) the scale and Σx(b) the
 * integer sum of the activations' block b of 32, and all integers exact:
 *
 * <ul>
 *   <li>Q4_0, Q5_0, Q8_0: {@code sum = fma(d · Σqx, s(b), sum)} per block;
 *   <li>Q4_1, Q5_1: {@code sum = fma(fma(d, Σqx, m · Σx(b)), s(b), sum)} per block;
 *   <li>Q4_K, Q5_K: over the 8 parts of a block in order {@code p = fma(scale · Σqx, s(b), p)} and
 *       {@code n = fma(minimum, −(s(b) · Σx(b)), n)}, then {@code sum = fma(d, p, fma(e, n, sum))};
 *   <li>Q6_K: over 8 pairs of parts in order {@code p = fma(scale₀ · Σ₀qx + scale₁ · Σ₁qx, s(b),
 *       p)}, then {@code sum = fma(d, p, sum)}.
 * </ul>
 *
 * <p>Every integer that becomes a float lies below 2²⁴, so the conversion is exact: the largest are
 * 15 · 127 · 32 · 63 for Q4_K, 31 · 127 · 32 · 63 for Q5_K and 32 · 127 · 32 · 128 for Q6_K.
 */
final class ScalarProducts {
  private static final int BLOCK = Activations.BLOCK;

  private final TensorType type;
  private final MemorySegment data;
  private final Activations x;
  private final short[] quants;
  private final int columns;

  private ScalarProducts(Matrix weights, Activations x) {
    this.type = weights.type();
    this.data = weights.data();
    this.columns = weights.columns();
    this.x = x;
    this.quants = new short[columns];
  }

  /** As {@link Kernels#multiply} for types with blocks. */
  static void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    ScalarProducts products = new ScalarProducts(weights, x);
    for (int row = from; row < to; row++) {
      long start = row * weights.rowBytes();
      products.decode(start);
      for (int token = 0; token < tokens; token++) {
        out[token * stride + row] = products.dot(start, token);
      }
    }
  }

  private void decode(long start) {
    for (int k = 0; k < columns; k += type.blockSize()) {
      Blocks.quants(type, data, start + type.bytes(k), quants, k);
    }
  }

  private float dot(long start, int token) {
    return switch (type) {
      case Q4_0, Q5_0, Q8_0 -> symmetric(start, token);
      case Q4_1, Q5_1 -> withMinimum(start, token);
      case Q4_K, Q5_K -> eightParts(start, token);
      case Q6_K -> sixteenParts(start, token);
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " has no blocks");
    };
  }

  private float symmetric(long start, int token) {
    float sum = 0;
    for (int b = 0; b < columns / BLOCK; b++) {
      float scale = Blocks.scale(type, data, start + (long) b * type.blockBytes());
      sum = Math.fma(products(token, b, 0, BLOCK) * scale, scaleOf(token, b), sum);
    }
    return sum;
  }

  private float withMinimum(long start, int token) {
    float sum = 0;
    for (int b = 0; b < columns / BLOCK; b++) {
      long block = start + (long) b * type.blockBytes();
      float scale = Blocks.scale(type, data, block);
      float least = Blocks.minimum(data, block) * sumOf(token, b);
      float both = Math.fma(scale, (float) products(token, b, 0, BLOCK), least);
      sum = Math.fma(both, scaleOf(token, b), sum);
    }
    return sum;
  }

  private float eightParts(long start, int token) {
    float sum = 0;
    for (int s = 0; s < columns / Blocks.SUPER; s++) {
      long block = start + (long) s * type.blockBytes();
      float scaled = 0;
      float least = 0;
      for (int part = 0; part < 8; part++) {
        int b = 8 * s + part;
        int product = products(token, b, 0, BLOCK) * Blocks.partScale(data, block, part);
        scaled = Math.fma((float) product, scaleOf(token, b), scaled);
        float minus = -(scaleOf(token, b) * sumOf(token, b));
        least = Math.fma((float) Blocks.partMinimum(data, block, part), minus, least);
      }
      float minima = Math.fma(Blocks.minimum(data, block), least, sum);
      sum = Math.fma(Blocks.scale(type, data, block), scaled, minima);
    }
    return sum;
  }

  private float sixteenParts(long start, int token) {
    float sum = 0;
    for (int s = 0; s < columns / Blocks.SUPER; s++) {
      long block = start + (long) s * type.blockBytes();
      float scaled = 0;
      for (int pair = 0; pair < 8; pair++) {
        int b = 8 * s + pair;
        int product =
            products(token, b, 0, 16) * Blocks.signedScale(data, block, 2 * pair)
                + products(token, b, 16, 32) * Blocks.signedScale(data, block, 2 * pair + 1);
        scaled = Math.fma((float) product, scaleOf(token, b), scaled);
      }
      sum = Math.fma(Blocks.scale(type, data, block), scaled, sum);
    }
    return sum;
  }

  /* Elements from … to − 1 of block b. */
  private int products(int token, int b, int from, int to) {
    int at = (token * x.blocks() + b) * BLOCK;
    int w = b * BLOCK;
    int sum = 0;
    for (int i = from; i < to; i++) sum += x.quants[at + i] * quants[w + i];
    return sum;
  }

  private float scaleOf(int token, int b) {
    return x.scales[token * x.blocks() + b];
  }

  private int sumOf(int token, int b) {
    return x.sums[token * x.blocks() + b];
  }
}
