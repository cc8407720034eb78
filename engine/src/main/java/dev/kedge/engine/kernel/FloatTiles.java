package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static dev.kedge.engine.kernel.ScalarKernels.LANES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.OR;

import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of many tokens with weights stored as F16 or BF16: a tile of rows and columns becomes
 * floats in the first-level cache, then tokens pass over it four at a time with four rows, whose
 * sixteen sums stay in registers. From one tile of columns to the next the sums, sixteen lanes each
 * as {@link ScalarKernels} has them, wait in memory.
 *
 * <p>Sixteen sums need the registers of processors with vectors of 512 bits; for others there is
 * {@link FloatProducts}. Scratch memory of one thread.
 */
final class FloatTiles {
  /** Whether this processor has the registers. */
  static final boolean ENABLED = FLOATS.length() == LANES;

  private static final int ROWS = 16;
  private static final int COLUMNS = 512;
  private static final int TOKENS = 64;
  /* From here on halves are infinite or no numbers. */
  private static final int INFINITE = 0x7C00;
  private static final int PAIR = 2 * LANES;
  private static final long ROW_BYTES = 4 * COLUMNS;
  private static final long TOKEN_BYTES = 64 * ROWS;

  /* Aligned, so that a vector lies in one line of the cache. */
  private final MemorySegment tile = Arena.ofAuto().allocate(ROWS * ROW_BYTES, 64);
  /* [token][row][lane]. */
  private final MemorySegment sums = Arena.ofAuto().allocate(TOKENS * TOKEN_BYTES, 64);
  private final float[] results = new float[ROWS];

  /**
   * As {@link Kernels#multiply}.
   *
   * @return false, with nothing done, if these weights are not for this kernel
   */
  boolean multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    MemorySegment data = weights.data();
    int n = weights.columns();
    boolean sixteen =
        switch (weights.type()) {
          case F16, BF16 -> true;
          case F32, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K -> false;
        };
    if (!ENABLED || !sixteen || n % PAIR != 0 || !data.isNative()) return false;
    if (from < 0 || to > weights.rows() || x.width() != n) {
      throw new IllegalArgumentException("rows " + from + " to " + to + " of " + n);
    }
    if (!data.scope().isAlive()) throw new IllegalStateException("the weights are closed");
    try {
      for (int row = from; row < to; row += ROWS) {
        int count = Math.min(ROWS, to - row);
        for (int token = 0; token < tokens; token += TOKENS) {
          int some = Math.min(TOKENS, tokens - token);
          rows(weights, row, count, x.values, token * n, some);
          for (int t = 0; t < some; t++) store(t, count, out, (token + t) * stride + row);
        }
      }
      return true;
    } finally {
      Reference.reachabilityFence(data);
    }
  }

  private void store(int token, int rows, float[] out, int at) {
    LaneSums.sixteen(sums.address() + token * TOKEN_BYTES, results, 0);
    System.arraycopy(results, 0, out, at, rows);
  }

  /* The missing tokens of the last four are computed as the last one. */
  private void rows(Matrix weights, int row, int rows, float[] x, int at, int tokens) {
    int n = weights.columns();
    sums.asSlice(0, (tokens + 3L) / 4 * 4 * TOKEN_BYTES).fill((byte) 0);
    long to = tile.address();
    int last = tokens - 1;
    for (int k = 0; k < n; k += COLUMNS) {
      int columns = Math.min(COLUMNS, n - k);
      long start = weights.data().address() + row * weights.rowBytes() + 2L * k;
      decode(weights.type(), start, weights.rowBytes(), rows, columns, to);
      for (int t = 0; t < tokens; t += 4) {
        int x0 = at + k + t * n;
        int x1 = at + k + Math.min(t + 1, last) * n;
        int x2 = at + k + Math.min(t + 2, last) * n;
        int x3 = at + k + Math.min(t + 3, last) * n;
        for (int r = 0; r < rows; r += 4) {
          long sum = sums.address() + t * TOKEN_BYTES + r * 64L;
          fours(to + r * ROW_BYTES, columns, x, x0, x1, x2, x3, sum);
        }
      }
    }
  }

  private static void decode(
      TensorType type, long from, long rowBytes, int rows, int columns, long to) {
    if (type == TensorType.BF16) {
      upperHalves(from, rowBytes, rows, columns, to);
    } else if (!halves(from, rowBytes, rows, columns, to)) {
      anyHalves(from, rowBytes, rows, columns, to);
    }
  }

  private static void upperHalves(long from, long rowBytes, int rows, int columns, long to) {
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < columns; k += PAIR) {
        long at = Lanes.address(from + r * rowBytes + 2L * k);
        IntVector w = pairs(ShortVector.fromMemorySegment(SHORTS, MEMORY, at, ORDER));
        long out = Lanes.address(to + r * ROW_BYTES + 4L * k);
        w.lanewise(LSHL, 16).intoMemorySegment(MEMORY, out, ORDER);
        w.and(0xFFFF0000).intoMemorySegment(MEMORY, out + 64, ORDER);
      }
    }
  }

  /* False if a weight is infinite or no number. */
  private static boolean halves(long from, long rowBytes, int rows, int columns, long to) {
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector place = IntVector.broadcast(INTS, 0x8FFFE000);
    FloatVector power = FloatVector.broadcast(FLOATS, 0x1p112f);
    ShortVector size = ShortVector.broadcast(SHORTS, 0x7FFF);
    ShortVector most = ShortVector.zero(SHORTS);
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < columns; k += PAIR) {
        long at = Lanes.address(from + r * rowBytes + 2L * k);
        ShortVector v = ShortVector.fromMemorySegment(SHORTS, MEMORY, at, ORDER);
        most = most.max(v.and(size));
        IntVector w = pairs(v);
        long out = Lanes.address(to + r * ROW_BYTES + 4L * k);
        IntVector low = w.lanewise(LSHL, in16).lanewise(ASHR, in3).and(place);
        low.reinterpretAsFloats().mul(power).intoMemorySegment(MEMORY, out, ORDER);
        IntVector high = w.lanewise(ASHR, in3).and(place);
        high.reinterpretAsFloats().mul(power).intoMemorySegment(MEMORY, out + 64, ORDER);
      }
    }
    return most.reduceLanes(VectorOperators.MAX) < INFINITE;
  }

  /* As above for every number, in more steps. */
  private static void anyHalves(long from, long rowBytes, int rows, int columns, long to) {
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < columns; k += PAIR) {
        long at = Lanes.address(from + r * rowBytes + 2L * k);
        IntVector w = pairs(ShortVector.fromMemorySegment(SHORTS, MEMORY, at, ORDER));
        long out = Lanes.address(to + r * ROW_BYTES + 4L * k);
        any(w.lanewise(LSHL, 16)).intoMemorySegment(MEMORY, out, ORDER);
        any(w).intoMemorySegment(MEMORY, out + 64, ORDER);
      }
    }
  }

  /* Columns k and k + 16 in one int. */
  private static IntVector pairs(ShortVector v) {
    return v.rearrange(OneTokenFloats.PAIRS).reinterpretAsInts();
  }

  /* What is no finite number has come out as 2¹⁶ or more, and gets its exponent. */
  private static IntVector any(IntVector v) {
    FloatVector f = Lanes.highHalves(v);
    return f.reinterpretAsInts().lanewise(OR, 0x7F800000, f.abs().compare(GE, 65536f).cast(INTS));
  }

  /* Four rows times four tokens, added to their sums. */
  private static void fours(
      long rows, int columns, float[] x, int x0, int x1, int x2, int x3, long sums) {
    long to = Lanes.address(sums);
    long s = Lanes.address(rows);
    FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to, ORDER);
    FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 64, ORDER);
    FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 128, ORDER);
    FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 192, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 1024, ORDER);
    FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 1088, ORDER);
    FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 1152, ORDER);
    FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 1216, ORDER);
    FloatVector c0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 2048, ORDER);
    FloatVector c1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 2112, ORDER);
    FloatVector c2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 2176, ORDER);
    FloatVector c3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 2240, ORDER);
    FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 3072, ORDER);
    FloatVector d1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 3136, ORDER);
    FloatVector d2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 3200, ORDER);
    FloatVector d3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, to + 3264, ORDER);
    for (int k = 0; k < columns; k += LANES) {
      long at = s + 4L * k;
      FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + ROW_BYTES, ORDER);
      FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 2 * ROW_BYTES, ORDER);
      FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 3 * ROW_BYTES, ORDER);
      FloatVector y = FloatVector.fromArray(FLOATS, x, x0 + k);
      a0 = w0.fma(y, a0);
      a1 = w1.fma(y, a1);
      a2 = w2.fma(y, a2);
      a3 = w3.fma(y, a3);
      y = FloatVector.fromArray(FLOATS, x, x1 + k);
      b0 = w0.fma(y, b0);
      b1 = w1.fma(y, b1);
      b2 = w2.fma(y, b2);
      b3 = w3.fma(y, b3);
      y = FloatVector.fromArray(FLOATS, x, x2 + k);
      c0 = w0.fma(y, c0);
      c1 = w1.fma(y, c1);
      c2 = w2.fma(y, c2);
      c3 = w3.fma(y, c3);
      y = FloatVector.fromArray(FLOATS, x, x3 + k);
      d0 = w0.fma(y, d0);
      d1 = w1.fma(y, d1);
      d2 = w2.fma(y, d2);
      d3 = w3.fma(y, d3);
    }
    a0.intoMemorySegment(MEMORY, to, ORDER);
    a1.intoMemorySegment(MEMORY, to + 64, ORDER);
    a2.intoMemorySegment(MEMORY, to + 128, ORDER);
    a3.intoMemorySegment(MEMORY, to + 192, ORDER);
    b0.intoMemorySegment(MEMORY, to + 1024, ORDER);
    b1.intoMemorySegment(MEMORY, to + 1088, ORDER);
    b2.intoMemorySegment(MEMORY, to + 1152, ORDER);
    b3.intoMemorySegment(MEMORY, to + 1216, ORDER);
    c0.intoMemorySegment(MEMORY, to + 2048, ORDER);
    c1.intoMemorySegment(MEMORY, to + 2112, ORDER);
    c2.intoMemorySegment(MEMORY, to + 2176, ORDER);
    c3.intoMemorySegment(MEMORY, to + 2240, ORDER);
    d0.intoMemorySegment(MEMORY, to + 3072, ORDER);
    d1.intoMemorySegment(MEMORY, to + 3136, ORDER);
    d2.intoMemorySegment(MEMORY, to + 3200, ORDER);
    d3.intoMemorySegment(MEMORY, to + 3264, ORDER);
  }
}
