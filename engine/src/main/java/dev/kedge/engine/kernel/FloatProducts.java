package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.ScalarKernels.LANES;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with weights stored as floats that {@link OneTokenFloats} and {@link FloatTiles} leave:
 * F32, sizes and numbers that are not for them, and several tokens with narrow vectors. Four rows
 * at a time are decoded into a small buffer that stays in the first-level cache, then every token
 * passes over it; so the cost of decoding is shared by all tokens. The decoding loops are plain,
 * because C2 turns {@link Float#float16ToFloat} into the processor's own exact conversion.
 */
final class FloatProducts {
  private static final int ROWS = 4;
  private static final int WIDTH = FLOATS.length();
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private FloatProducts() {}

  static void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    int n = weights.columns();
    float[] rows = new float[ROWS * n];
    short[] raw = new short[n];
    float[] lanes = new float[2 * ROWS * LANES];
    for (int row = from; row < to; row += ROWS) {
      int count = Math.min(ROWS, to - row);
      for (int r = 0; r < count; r++) decode(weights, row + r, raw, rows, r * n);
      int token = 0;
      for (; token + 2 <= tokens; token += 2) {
        twoTokens(rows, n, x.values, token * n, lanes);
        store(lanes, count, out, token * stride + row);
        System.arraycopy(lanes, ROWS * LANES, lanes, 0, ROWS * LANES);
        store(lanes, count, out, (token + 1) * stride + row);
      }
      if (token < tokens) {
        oneToken(rows, n, x.values, token * n, lanes);
        store(lanes, count, out, token * stride + row);
      }
    }
  }

  private static void store(float[] lanes, int rows, float[] out, int at) {
    for (int r = 0; r < rows; r++) out[at + r] = ScalarKernels.sum(lanes, r * LANES);
  }

  private static void decode(Matrix weights, int row, short[] raw, float[] out, int at) {
    int n = weights.columns();
    MemorySegment data = weights.data();
    long start = row * weights.rowBytes();
    switch (weights.type()) {
      case F32 -> MemorySegment.copy(data, F32, start, out, at, n);
      case F16 -> {
        MemorySegment.copy(data, U16, start, raw, 0, n);
        for (int k = 0; k < n; k++) out[at + k] = Float.float16ToFloat(raw[k]);
      }
      case BF16 -> {
        MemorySegment.copy(data, U16, start, raw, 0, n);
        upperHalves(raw, n, out, at);
      }
      case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K ->
          throw new IllegalArgumentException(weights.type() + " has blocks");
    }
  }

  private static void upperHalves(short[] raw, int n, float[] out, int at) {
    int k = 0;
    for (; k + WIDTH <= n; k += WIDTH) {
      ShortVector.fromArray(SHORTS, raw, k)
          .convertShape(VectorOperators.S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(out, at + k);
    }
    for (; k < n; k++) out[at + k] = Float.intBitsToFloat(raw[k] << 16);
  }

  private static void oneToken(float[] rows, int n, float[] x, int at, float[] lanes) {
    int whole = n - n % LANES;
    for (int slice = 0; slice < LANES; slice += WIDTH) {
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int k = slice; k < whole; k += LANES) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, at + k);
        a = FloatVector.fromArray(FLOATS, rows, k).fma(v, a);
        b = FloatVector.fromArray(FLOATS, rows, n + k).fma(v, b);
        c = FloatVector.fromArray(FLOATS, rows, 2 * n + k).fma(v, c);
        d = FloatVector.fromArray(FLOATS, rows, 3 * n + k).fma(v, d);
      }
      a.intoArray(lanes, slice);
      b.intoArray(lanes, LANES + slice);
      c.intoArray(lanes, 2 * LANES + slice);
      d.intoArray(lanes, 3 * LANES + slice);
    }
    rest(rows, n, x, at, lanes, 0);
  }

  private static void twoTokens(float[] rows, int n, float[] x, int at, float[] lanes) {
    int whole = n - n % LANES;
    for (int slice = 0; slice < LANES; slice += WIDTH) {
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      FloatVector e = a;
      FloatVector f = a;
      FloatVector g = a;
      FloatVector h = a;
      for (int k = slice; k < whole; k += LANES) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, at + k);
        FloatVector u = FloatVector.fromArray(FLOATS, x, at + n + k);
        FloatVector w = FloatVector.fromArray(FLOATS, rows, k);
        a = w.fma(v, a);
        e = w.fma(u, e);
        w = FloatVector.fromArray(FLOATS, rows, n + k);
        b = w.fma(v, b);
        f = w.fma(u, f);
        w = FloatVector.fromArray(FLOATS, rows, 2 * n + k);
        c = w.fma(v, c);
        g = w.fma(u, g);
        w = FloatVector.fromArray(FLOATS, rows, 3 * n + k);
        d = w.fma(v, d);
        h = w.fma(u, h);
      }
      a.intoArray(lanes, slice);
      b.intoArray(lanes, LANES + slice);
      c.intoArray(lanes, 2 * LANES + slice);
      d.intoArray(lanes, 3 * LANES + slice);
      e.intoArray(lanes, 4 * LANES + slice);
      f.intoArray(lanes, 5 * LANES + slice);
      g.intoArray(lanes, 6 * LANES + slice);
      h.intoArray(lanes, 7 * LANES + slice);
    }
    rest(rows, n, x, at, lanes, 0);
    rest(rows, n, x, at + n, lanes, ROWS * LANES);
  }

  /* The last columns, fewer than there are lanes. */
  private static void rest(float[] rows, int n, float[] x, int at, float[] lanes, int to) {
    int whole = n - n % LANES;
    for (int r = 0; r < ROWS; r++) {
      for (int k = whole; k < n; k++) {
        int lane = to + r * LANES + k - whole;
        lanes[lane] = Math.fma(rows[r * n + k], x[at + k], lanes[lane]);
      }
    }
  }
}
