package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.ScalarKernels.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The specification's arithmetic on the Vector API, with registers of 128, 256 or 512 bits, chosen
 * once when the class is loaded. A virtual lane is a lane of one of 4, 2 or 1 registers, so the
 * width changes nothing.
 *
 * <p>Products are in {@link OneTokenFloats}, {@link FloatTiles}, {@link FloatProducts} and {@link
 * PackedProducts}; quantized weights that were not packed are left to the specification. Attention
 * is in {@link VectorAttention}.
 */
final class VectorKernels implements Kernels {
  /** Bits of a register; the property is for tests of the narrower ones. */
  static final int BITS =
      Integer.getInteger(
          "kedge.vector.bits", Math.min(512, VectorShape.preferredShape().vectorBitSize()));

  static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(Math.max(128, BITS)));
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final int WIDTH = FLOATS.length();

  private final ThreadLocal<PackedProducts> packed = ThreadLocal.withInitial(PackedProducts::new);
  private final ThreadLocal<OneTokenFloats> floats = ThreadLocal.withInitial(OneTokenFloats::new);
  private final ThreadLocal<FloatTiles> tiles = ThreadLocal.withInitial(FloatTiles::new);
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
    String code = VnniProducts.ON ? ", machine code (VNNI)" : Prefetch.ON ? ", prefetch" : "";
    return "vectors of " + BITS + " bits" + code;
  }

  @Override
  public boolean packed() {
    return true;
  }

  @Override
  public double perAttention(Matrix weights) {
    return weights.packed() != null && VnniProducts.has(weights.type()) ? 4 : 2;
  }

  @Override
  public void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    if (!weights.quantized()) {
      if (tokens == 1 && floats.get().multiply(weights, from, to, x, out)) return;
      if (tokens > 1 && tiles.get().multiply(weights, from, to, x, tokens, out, stride)) return;
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
    if (x.round(token)) return;
    Quantization.quantize(x, token);
    int blocks = x.width() / Activations.BLOCK;
    int first = token * x.blocks();
    x.derive(first, first + blocks);
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

  static FloatVector exp(FloatVector x) {
    FloatVector lowest = FloatVector.broadcast(FLOATS, Exponential.LOWEST);
    FloatVector highest = FloatVector.broadcast(FLOATS, Exponential.HIGHEST);
    // Comparisons are one instruction each, a minimum that knows about NaN are seven.
    FloatVector c = x.blend(lowest, x.lt(lowest));
    c = c.blend(highest, highest.lt(c));
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
  public void attend(AttentionBlock block, KvPage[] pages, int layer, int head, float scale) {
    VectorAttention.attend(block, pages, layer, head, scale, AttentionCode.ON);
  }
}
