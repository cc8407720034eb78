package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.ScalarKernels.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The specification's arithmetic on the Vector API, with registers of 128, 256 or 512 bits, chosen
 * once when the class is loaded. A virtual lane is a lane of one of 4, 2 or 1 registers, so the
 * width changes nothing.
 *
 * <p>Products are in {@link FloatProducts} and {@link PackedProducts}; quantized weights that were
 * not packed are left to the specification.
 */
final class VectorKernels implements Kernels {
  /** Bits of a register; the property is for tests of the narrower ones. */
  static final int BITS =
      Integer.getInteger(
          "kedge.vector.bits", Math.min(512, VectorShape.preferredShape().vectorBitSize()));

  static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(Math.max(128, BITS)));
  private static final int WIDTH = FLOATS.length();

  private final ThreadLocal<PackedProducts> packed = ThreadLocal.withInitial(PackedProducts::new);
  private final ScalarKernels scalar = new ScalarKernels("scalar");

  private VectorKernels() {}

  static Kernels create() {
    if (BITS < 128) {
      return new ScalarKernels("scalar (vectors of this processor have " + BITS + " bits only)");
    }
    return new VectorKernels();
  }

  @Override
  public String description() {
    return "vectors of " + BITS + " bits";
  }

  @Override
  public boolean packed() {
    return true;
  }

  @Override
  public void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    if (!weights.quantized()) {
      FloatProducts.multiply(weights, from, to, x, tokens, out, stride);
    } else if (weights.packed() == null) {
      ScalarProducts.multiply(weights, from, to, x, tokens, out, stride);
    } else {
      packed.get().multiply(weights, from, to, x, tokens, out, stride);
    }
  }

  @Override
  public void row(Matrix weights, int row, float[] out, int at) {
    scalar.row(weights, row, out, at);
  }

  @Override
  public void quantize(Activations x, int token) {
    scalar.quantize(x, token);
    int blocks = x.width() / Activations.BLOCK;
    int first = token * x.blocks();
    x.multipliers.derive(x.quants, x.sums, first, first + blocks);
  }

  @Override
  public void normalize(
      float[] x, int offset, float[] weight, float epsilon, float[] out, int outOffset) {
    int n = weight.length;
    float[] lanes = new float[LANES];
    int whole = n - n % LANES;
    for (int slice = 0; slice < LANES; slice += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = slice; i < whole; i += LANES) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, offset + i);
        sum = v.fma(v, sum);
      }
      sum.intoArray(lanes, slice);
    }
    for (int i = whole; i < n; i++) {
      float v = x[offset + i];
      lanes[i - whole] = Math.fma(v, v, lanes[i - whole]);
    }
    float scale = ScalarKernels.normScale(ScalarKernels.sum(lanes, 0), n, epsilon);
    int i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, offset + i)
          .mul(scale)
          .mul(FloatVector.fromArray(FLOATS, weight, i))
          .intoArray(out, outOffset + i);
    }
    for (; i < n; i++) out[outOffset + i] = x[offset + i] * scale * weight[i];
  }

  /* A rotation is a few per mille of a forward pass: the specification is fast enough. */
  @Override
  public void rotate(
      float[] x, int offset, float[] cos, float[] sin, int table, int pairs, boolean halves) {
    scalar.rotate(x, offset, cos, sin, table, pairs, halves);
  }

  @Override
  public void gate(float[] gate, float[] up, int offset, int length) {
    int i = offset;
    for (; i + WIDTH <= offset + length; i += WIDTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, gate, i);
      x.div(exp(x.neg()).add(1)).mul(FloatVector.fromArray(FLOATS, up, i)).intoArray(gate, i);
    }
    scalar.gate(gate, up, i, offset + length - i);
  }

  private static FloatVector exp(FloatVector x) {
    FloatVector c = x.max(Exponential.LOWEST).min(Exponential.HIGHEST);
    FloatVector round = FloatVector.broadcast(FLOATS, Exponential.ROUND);
    FloatVector t = c.fma(FloatVector.broadcast(FLOATS, Exponential.LOG2_E), round);
    FloatVector n = t.sub(round);
    FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -Exponential.LN2_HIGH), c);
    r = n.fma(FloatVector.broadcast(FLOATS, -Exponential.LN2_LOW), r);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector p = FloatVector.broadcast(FLOATS, Exponential.C6);
    p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.C5));
    p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.C4));
    p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.C3));
    p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.C2));
    p = p.fma(r, one);
    p = p.fma(r, one);
    return p.reinterpretAsInts()
        .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
        .reinterpretAsFloats();
  }

  @Override
  public void add(float[] x, int offset, float[] y, int yOffset, int length) {
    int i = 0;
    for (; i + WIDTH <= length; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, offset + i)
          .add(FloatVector.fromArray(FLOATS, y, yOffset + i))
          .intoArray(x, offset + i);
    }
    scalar.add(x, offset + i, y, yOffset + i, length - i);
  }

  @Override
  public void attend(
      float[] query,
      int offset,
      float[][] pages,
      int keys,
      int vals,
      int size,
      int positions,
      float scale,
      float[] scores,
      float[] out) {
    for (int p = 0; p < positions; p += PAGE) {
      scorePage(query, offset, pages[p / PAGE], keys, size, scale, scores, p);
    }
    float inverse = 1 / softmaxTerms(scores, positions);
    int d = 0;
    for (; d + WIDTH <= size; d += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int first = 0; first < positions; first += PAGE) {
        sum = addValues(sum, pages[first / PAGE], vals + d, size, scores, first, positions);
      }
      sum.mul(inverse).intoArray(out, offset + d);
    }
    for (; d < size; d++) {
      float sum = 0;
      for (int p = 0; p < positions; p++) {
        sum = Math.fma(scores[p], pages[p / PAGE][vals + p % PAGE * size + d], sum);
      }
      out[offset + d] = sum * inverse;
    }
  }

  /* A lane is a position, so no sum crosses lanes. Lanes past the last position hold leftovers. */
  private static void scorePage(
      float[] query,
      int offset,
      float[] page,
      int keys,
      int size,
      float scale,
      float[] scores,
      int first) {
    for (int slice = 0; slice < PAGE; slice += 2 * WIDTH) {
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = FloatVector.zero(FLOATS);
      for (int d = 0; d < size; d++) {
        FloatVector q = FloatVector.broadcast(FLOATS, query[offset + d]);
        int at = keys + d * PAGE + slice;
        a = q.fma(FloatVector.fromArray(FLOATS, page, at), a);
        b = q.fma(FloatVector.fromArray(FLOATS, page, at + WIDTH), b);
      }
      a.mul(scale).intoArray(scores, first + slice);
      b.mul(scale).intoArray(scores, first + slice + WIDTH);
    }
  }

  private static FloatVector addValues(
      FloatVector sum, float[] page, int vals, int size, float[] scores, int first, int positions) {
    int count = Math.min(PAGE, positions - first);
    for (int p = 0; p < count; p++) {
      FloatVector weight = FloatVector.broadcast(FLOATS, scores[first + p]);
      sum = weight.fma(FloatVector.fromArray(FLOATS, page, vals + p * size), sum);
    }
    return sum;
  }

  /* Replaces scores by e^(score - max) and returns their sum. Leftovers become terms of 0. */
  private static float softmaxTerms(float[] scores, int positions) {
    int padded = (positions + LANES - 1) / LANES * LANES;
    for (int p = positions; p < padded; p++) scores[p] = Float.NEGATIVE_INFINITY;
    FloatVector top = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int p = 0; p < padded; p += WIDTH) {
      top = top.max(FloatVector.fromArray(FLOATS, scores, p));
    }
    float max = top.reduceLanes(VectorOperators.MAX);
    float[] lanes = new float[LANES];
    for (int slice = 0; slice < LANES; slice += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int p = slice; p < padded; p += LANES) {
        FloatVector e = exp(FloatVector.fromArray(FLOATS, scores, p).sub(max));
        if (p + WIDTH > positions) {
          VectorMask<Float> real = FLOATS.indexInRange(p, positions);
          e = e.blend(0, real.not());
        }
        e.intoArray(scores, p);
        sum = sum.add(e);
      }
      sum.intoArray(lanes, slice);
    }
    return ScalarKernels.sum(lanes, 0);
  }
}
