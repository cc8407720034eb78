package dev.kedge.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The arithmetic of training beside the matrix products, one range or row per call. Element-wise
 * work runs in lanes and is the same for every vector width; sums along a row run in four fixed
 * interleaved chains of scalar additions ({@link #sum}), which costs little beside the products.
 */
public final class TrainingKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private static final float LOWEST = -87;
  private static final float HIGHEST = 88;
  private static final float LOG2_E = 0x1.71547600p+0f; // 1.44269504
  private static final float LN2_HIGH = 0x1.63p-1f; // 0.693359375
  private static final float LN2_LOW = -0x1.bd010600p-13f; // -2.12194440e-4
  private static final float ROUND = 12582912f; // 1.5 · 2^23: adding it rounds to an integer

  private TrainingKernels() {}

  /** e^x within 2 units in the last place on [−87, 88], clamped outside; the specification. */
  public static float exp(float x) {
    float v = Math.min(HIGHEST, Math.max(LOWEST, x));
    float n = Math.fma(v, LOG2_E, ROUND) - ROUND;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, v));
    float p = 1f / 5040;
    p = Math.fma(p, r, 1f / 720);
    p = Math.fma(p, r, 1f / 120);
    p = Math.fma(p, r, 1f / 24);
    p = Math.fma(p, r, 1f / 6);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(p, r, 1f);
    p = Math.fma(p, r, 1f);
    return p * Float.intBitsToFloat(((int) n + 127) << 23);
  }

  private static FloatVector exp(FloatVector x) {
    FloatVector v = x.max(LOWEST).min(HIGHEST);
    FloatVector n =
        v.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND))
            .sub(ROUND);
    FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), v);
    r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(SPECIES, 1f / 5040);
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 720));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 120));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 24));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 6));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
    IntVector power = (IntVector) n.convert(VectorOperators.F2I, 0);
    return p.mul(power.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
  }

  /** The sum of a range: four interleaved chains, then (0 + 1) + (2 + 3), then the rest. */
  public static float sum(float[] x, int from, int count) {
    float a = 0, b = 0, c = 0, d = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      a += x[from + i];
      b += x[from + i + 1];
      c += x[from + i + 2];
      d += x[from + i + 3];
    }
    float total = (a + b) + (c + d);
    for (; i < count; i++) total += x[from + i];
    return total;
  }

  /** Σ x·y in the order of {@link #sum}. */
  public static float dot(float[] x, int xFrom, float[] y, int yFrom, int count) {
    float a = 0, b = 0, c = 0, d = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      a = Math.fma(x[xFrom + i], y[yFrom + i], a);
      b = Math.fma(x[xFrom + i + 1], y[yFrom + i + 1], b);
      c = Math.fma(x[xFrom + i + 2], y[yFrom + i + 2], c);
      d = Math.fma(x[xFrom + i + 3], y[yFrom + i + 3], d);
    }
    float total = (a + b) + (c + d);
    for (; i < count; i++) total = Math.fma(x[xFrom + i], y[yFrom + i], total);
    return total;
  }

  /** Σ x² of a range in double precision, in ascending order of four chains. */
  public static double squares(float[] x, int from, int count) {
    double a = 0, b = 0, c = 0, d = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      a += (double) x[from + i] * x[from + i];
      b += (double) x[from + i + 1] * x[from + i + 1];
      c += (double) x[from + i + 2] * x[from + i + 2];
      d += (double) x[from + i + 3] * x[from + i + 3];
    }
    double total = (a + b) + (c + d);
    for (; i < count; i++) total += (double) x[from + i] * x[from + i];
    return total;
  }

  /**
   * y = x · r · gain with r = 1 / √(mean(x²) + ε).
   *
   * @return r
   */
  public static float norm(
      float[] x,
      int xFrom,
      float[] gain,
      int gainFrom,
      float epsilon,
      float[] y,
      int yFrom,
      int n) {
    float mean = dot(x, xFrom, x, xFrom, n) / n;
    float r = 1 / (float) Math.sqrt(mean + epsilon);
    for (int i = 0; i < n; i++) y[yFrom + i] = x[xFrom + i] * r * gain[gainFrom + i];
    return r;
  }

  /** Adds the gradient of {@link #norm} with respect to x; {@code work} holds n floats. */
  public static void normBackward(
      float[] dy,
      int dyFrom,
      float[] x,
      int xFrom,
      float[] gain,
      int gainFrom,
      float r,
      float[] dx,
      int dxFrom,
      float[] work,
      int n) {
    for (int i = 0; i < n; i++) work[i] = dy[dyFrom + i] * gain[gainFrom + i];
    float factor = dot(work, 0, x, xFrom, n) / n * r * r * r;
    for (int i = 0; i < n; i++) {
      dx[dxFrom + i] += Math.fma(-factor, x[xFrom + i], work[i] * r);
    }
  }

  /** gradient[i] += dy·x·r, one token's share of the gradient of the gain. */
  public static void gainGradient(
      float[] dy, int dyFrom, float[] x, int xFrom, float r, float[] gradient, int to, int n) {
    for (int i = 0; i < n; i++) {
      gradient[to + i] = Math.fma(dy[dyFrom + i] * r, x[xFrom + i], gradient[to + i]);
    }
  }

  /** to += from over a range. */
  public static void add(float[] from, int at, float[] to, int toAt, int n) {
    for (int i = 0; i < n; i++) to[toAt + i] += from[at + i];
  }

  /**
   * h = g · σ(g) · u.
   *
   * @param gu a row that holds n gates, then n values
   */
  public static void swiglu(float[] gu, int from, float[] h, int to, int n) {
    for (int i = 0; i < n; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, n);
      FloatVector g = FloatVector.fromArray(SPECIES, gu, from + i, mask);
      FloatVector u = FloatVector.fromArray(SPECIES, gu, from + n + i, mask);
      FloatVector s = sigmoid(g);
      g.mul(s).mul(u).intoArray(h, to + i, mask);
    }
  }

  private static FloatVector sigmoid(FloatVector g) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    return one.div(exp(g.neg()).add(one));
  }

  /** The gradient of {@link #swiglu}: from dh to the row {@code dgu} of gates and values. */
  public static void swigluBackward(
      float[] gu, int from, float[] dh, int dhFrom, float[] dgu, int to, int n) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int i = 0; i < n; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, n);
      FloatVector g = FloatVector.fromArray(SPECIES, gu, from + i, mask);
      FloatVector u = FloatVector.fromArray(SPECIES, gu, from + n + i, mask);
      FloatVector d = FloatVector.fromArray(SPECIES, dh, dhFrom + i, mask);
      FloatVector s = sigmoid(g);
      d.mul(g.mul(s)).intoArray(dgu, to + n + i, mask);
      FloatVector slope = s.mul(g.fma(one.sub(s), one));
      d.mul(u).mul(slope).intoArray(dgu, to + i, mask);
    }
  }

  /**
   * Softmax of {@code scale}·x over the first {@code visible} elements in place; the rest becomes
   * 0.
   */
  public static void softmax(float[] x, int from, int visible, int n, float scale) {
    float max = max(x, from, visible);
    exponentials(x, from, visible, scale, -max * scale);
    float factor = 1 / sum(x, from, visible);
    for (int i = 0; i < visible; i++) x[from + i] *= factor;
    for (int i = visible; i < n; i++) x[from + i] = 0;
  }

  /** ds = p · (dp − Σ dp·p) · scale, in place of dp; the rest becomes 0. */
  public static void softmaxBackward(
      float[] p, int from, float[] dp, int dpFrom, int visible, int n, float scale) {
    float sum = dot(p, from, dp, dpFrom, visible);
    for (int i = 0; i < visible; i++) {
      dp[dpFrom + i] = p[from + i] * (dp[dpFrom + i] - sum) * scale;
    }
    for (int i = visible; i < n; i++) dp[dpFrom + i] = 0;
  }

  /**
   * Cross-entropy of one row of logits, which becomes its gradient times {@code factor}.
   *
   * @return −log p(target)
   */
  public static double crossEntropy(float[] logits, int from, int n, int target, float factor) {
    float max = max(logits, from, n);
    float wanted = logits[from + target];
    exponentials(logits, from, n, 1, -max);
    float sum = sum(logits, from, n);
    float share = factor / sum;
    for (int i = 0; i < n; i++) logits[from + i] *= share;
    logits[from + target] -= factor;
    return StrictMath.log(sum) + max - wanted;
  }

  /** The largest element of a range. */
  public static float max(float[] x, int from, int count) {
    FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i + LANES <= count; i += LANES)
      most = most.max(FloatVector.fromArray(SPECIES, x, from + i));
    float result = most.reduceLanes(VectorOperators.MAX);
    for (; i < count; i++) result = Math.max(result, x[from + i]);
    return result;
  }

  private static void exponentials(float[] x, int from, int count, float scale, float shift) {
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    FloatVector offset = FloatVector.broadcast(SPECIES, shift);
    for (int i = 0; i < count; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(SPECIES, x, from + i, mask);
      exp(v.fma(factor, offset)).intoArray(x, from + i, mask);
    }
  }

  /**
   * Rotates adjacent pairs of a row: pair i by the angle whose cosine and sine stand in the tables.
   *
   * @param direction 1, or −1 for the gradient
   */
  public static void rotate(
      float[] x,
      int from,
      int heads,
      int size,
      float[] cos,
      float[] sin,
      int table,
      float direction) {
    int half = size / 2;
    for (int h = 0; h < heads; h++) {
      int at = from + h * size;
      for (int i = 0; i < half; i++) {
        float c = cos[table + i];
        float s = sin[table + i] * direction;
        float a = x[at + 2 * i];
        float b = x[at + 2 * i + 1];
        x[at + 2 * i] = a * c - b * s;
        x[at + 2 * i + 1] = a * s + b * c;
      }
    }
  }

  /** The numbers of one AdamW step. */
  public record Adam(
      float rate, float beta1, float beta2, float epsilon, float correction1, float correction2) {}

  /**
   * One AdamW step over a range; {@code gradientFactor} is the clipping factor.
   *
   * @param decay weight decay of this range (0 for gains)
   */
  public static void adam(
      Adam step,
      float decay,
      float gradientFactor,
      float[] weights,
      float[] gradients,
      float[] first,
      float[] second,
      int from,
      int to) {
    FloatVector beta1 = FloatVector.broadcast(SPECIES, step.beta1);
    FloatVector beta2 = FloatVector.broadcast(SPECIES, step.beta2);
    float keep = 1 - step.rate * decay;
    for (int i = from; i < to; i += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(i, to);
      FloatVector g = FloatVector.fromArray(SPECIES, gradients, i, mask).mul(gradientFactor);
      FloatVector m = FloatVector.fromArray(SPECIES, first, i, mask).mul(beta1);
      m = g.fma(FloatVector.broadcast(SPECIES, 1 - step.beta1), m);
      FloatVector v = FloatVector.fromArray(SPECIES, second, i, mask).mul(beta2);
      v = g.mul(g).fma(FloatVector.broadcast(SPECIES, 1 - step.beta2), v);
      m.intoArray(first, i, mask);
      v.intoArray(second, i, mask);
      FloatVector root = v.mul(step.correction2).lanewise(VectorOperators.SQRT).add(step.epsilon);
      FloatVector change = m.mul(step.correction1 * step.rate).div(root);
      FloatVector w = FloatVector.fromArray(SPECIES, weights, i, mask).mul(keep).sub(change);
      w.intoArray(weights, i, mask);
    }
  }
}
