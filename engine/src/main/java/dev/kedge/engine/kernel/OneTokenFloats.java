package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.LaneSums.EIGHT;
import static dev.kedge.engine.kernel.LaneSums.FOUR;
import static dev.kedge.engine.kernel.LaneSums.ONE;
import static dev.kedge.engine.kernel.LaneSums.TWO;
import static dev.kedge.engine.kernel.LaneSums.UPPER_EIGHT;
import static dev.kedge.engine.kernel.LaneSums.UPPER_FOUR;
import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static dev.kedge.engine.kernel.ScalarKernels.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * One token times F16 or BF16 weights where they lie in the file, at the speed of memory: the rows
 * of a range go through in four long streams, a row of each side by side, and become floats in
 * registers. The lanes of four rows are added up right behind them, in registers: to do that
 * rarely, for many rows at once, is less work but a pause in reading, and cost a fifth of the
 * speed. A shuffle brings columns k and k + width under one int lane, so that halves widen by
 * shifts; the order of sums is that of {@link ScalarKernels}.
 *
 * <p>An F16 number is moved to its place in a float, which leaves a factor of 2⁻¹¹²; activations
 * carry 2¹¹² for it, so the fused multiply-add rounds the very same exact product. That takes
 * activations below 2¹⁵ and finite weights: ranges with others are left to {@link FloatProducts}.
 *
 * <p>Scratch memory of one thread.
 */
final class OneTokenFloats {
  private static final int WIDTH = FLOATS.length();
  private static final int ROWS = 4;

  /** Whether a vector of floats holds all virtual lanes: both halves then follow each other. */
  private static final boolean WIDE = WIDTH == LANES;

  /* Columns of a vector of weights, and from one to the next of the same virtual lanes. */
  private static final int COLUMNS = 2 * WIDTH;
  private static final int STEP = Math.max(LANES, COLUMNS);

  /** Columns k and k + width become one int. */
  static final VectorShuffle<Short> PAIRS =
      VectorShuffle.fromOp(SHORTS, i -> i / 2 + i % 2 * WIDTH);

  private static final float LARGEST = 0x1p15f;

  /* [row of the four][lane], or what they add up to. */
  private final MemorySegment lanes = Arena.ofAuto().allocate(ROWS * 4 * LANES, 64);
  /* Activations, in lines of the cache, which an array's vectors would cross. */
  private MemorySegment columns = MemorySegment.NULL;

  /**
   * Products of rows {@code from} to {@code to} − 1.
   *
   * @param out [row], in their places
   * @return false, with nothing said in {@code out}, if these weights or activations are not for
   *     this kernel
   */
  boolean multiply(Matrix weights, int from, int to, Activations x, float[] out) {
    MemorySegment data = weights.data();
    int n = weights.columns();
    boolean halves = weights.type() == TensorType.F16;
    if (!halves && weights.type() != TensorType.BF16) return false;
    if (n % STEP != 0 || !data.isNative() || to - from < ROWS) return false;
    if (from < 0 || to > weights.rows() || x.width() != n || out.length < to) {
      throw new IllegalArgumentException("rows " + from + " to " + to + " of " + n);
    }
    if (!data.scope().isAlive()) throw new IllegalStateException("the weights are closed");
    if (!scale(x.values, n, halves ? 0x1p112f : 1) && halves) return false;
    try {
      int quarter = (to - from) / ROWS;
      boolean finite = rows(weights, from, quarter, quarter, halves, out);
      // What four do not divide: the last rows once more.
      return finite && (quarter * ROWS == to - from || rows(weights, to - ROWS, 1, 1, halves, out));
    } finally {
      Reference.reachabilityFence(data);
    }
  }

  /* Whether all are small enough to be scaled exactly. */
  private boolean scale(float[] values, int n, float factor) {
    if (columns.byteSize() < 4L * n) columns = Arena.ofAuto().allocate(4L * n, 64);
    long to = Lanes.address(columns.address());
    FloatVector largest = FloatVector.zero(FLOATS);
    for (int k = 0; k < n; k += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, values, k);
      largest = largest.max(v.abs());
      v.mul(factor).intoMemorySegment(MEMORY, to + 4L * k, ORDER);
    }
    // Not true for what is no number.
    return largest.reduceLanes(VectorOperators.MAX) < LARGEST;
  }

  /* Rows from, from + apart, … and the count − 1 that follow each. */
  private boolean rows(
      Matrix weights, int from, int count, int apart, boolean halves, float[] out) {
    long rowBytes = weights.rowBytes();
    long address = weights.data().address() + from * rowBytes;
    int n = weights.columns();
    long room = lanes.address();
    if (halves) return halves(address, count, apart, columns.address(), n, room, out, from);
    upperHalves(address, count, apart, columns.address(), n, room, out, from);
    return true;
  }

  /* Four rows of F16, to [row][lane]; false if a weight is infinite or no number. */
  private static boolean halves(
      long address, int count, int apart, long x, int n, long room, float[] out, int to) {
    IntVector in3 = IntVector.broadcast(INTS, 3);
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector place = IntVector.broadcast(INTS, 0x8FFFE000);
    ShortVector size = ShortVector.broadcast(SHORTS, 0x7FFF);
    ShortVector most = ShortVector.zero(SHORTS);
    for (int row = 0; row < count; row++) {
      for (int slice = 0; slice < LANES; slice += COLUMNS) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        long y0 = Lanes.address(x);
        long s0 = Lanes.address(address + row * (2L * n));
        long s1 = Lanes.address(s0 + apart * (2L * n));
        long s2 = Lanes.address(s1 + apart * (2L * n));
        long s3 = Lanes.address(s2 + apart * (2L * n));
        for (int k = slice; k < n; k += STEP) {
          FloatVector y = FloatVector.fromMemorySegment(FLOATS, MEMORY, y0 + 4L * k, ORDER);
          FloatVector z =
              FloatVector.fromMemorySegment(FLOATS, MEMORY, y0 + 4L * (k + WIDTH), ORDER);
          ShortVector v = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + 2L * k, ORDER);
          most = most.max(v.and(size));
          IntVector w = v.rearrange(PAIRS).reinterpretAsInts();
          IntVector low = w.lanewise(LSHL, in16).lanewise(ASHR, in3).and(place);
          a0 = low.reinterpretAsFloats().fma(y, a0);
          b0 = w.lanewise(ASHR, in3).and(place).reinterpretAsFloats().fma(z, WIDE ? a0 : b0);
          if (WIDE) a0 = b0;
          v = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + 2L * k, ORDER);
          most = most.max(v.and(size));
          w = v.rearrange(PAIRS).reinterpretAsInts();
          low = w.lanewise(LSHL, in16).lanewise(ASHR, in3).and(place);
          a1 = low.reinterpretAsFloats().fma(y, a1);
          b1 = w.lanewise(ASHR, in3).and(place).reinterpretAsFloats().fma(z, WIDE ? a1 : b1);
          if (WIDE) a1 = b1;
          v = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + 2L * k, ORDER);
          most = most.max(v.and(size));
          w = v.rearrange(PAIRS).reinterpretAsInts();
          low = w.lanewise(LSHL, in16).lanewise(ASHR, in3).and(place);
          a2 = low.reinterpretAsFloats().fma(y, a2);
          b2 = w.lanewise(ASHR, in3).and(place).reinterpretAsFloats().fma(z, WIDE ? a2 : b2);
          if (WIDE) a2 = b2;
          v = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + 2L * k, ORDER);
          most = most.max(v.and(size));
          w = v.rearrange(PAIRS).reinterpretAsInts();
          low = w.lanewise(LSHL, in16).lanewise(ASHR, in3).and(place);
          a3 = low.reinterpretAsFloats().fma(y, a3);
          b3 = w.lanewise(ASHR, in3).and(place).reinterpretAsFloats().fma(z, WIDE ? a3 : b3);
          if (WIDE) a3 = b3;
        }
        long at = Lanes.address(room + slice * 4L);
        if (WIDE) { // flat, as LaneSums would do it
          a0 = a0.add(a0.rearrange(EIGHT)).blend(a2.add(a2.rearrange(EIGHT)), UPPER_EIGHT);
          a1 = a1.add(a1.rearrange(EIGHT)).blend(a3.add(a3.rearrange(EIGHT)), UPPER_EIGHT);
          a0 = a0.add(a0.rearrange(FOUR)).blend(a1.add(a1.rearrange(FOUR)), UPPER_FOUR);
          a0 = a0.add(a0.rearrange(TWO));
          a0.add(a0.rearrange(ONE)).intoMemorySegment(MEMORY, at, ORDER);
        } else { // a method for this made C2 put vectors on the heap
          a0.intoMemorySegment(MEMORY, at, ORDER);
          b0.intoMemorySegment(MEMORY, at + 4L * WIDTH, ORDER);
          a1.intoMemorySegment(MEMORY, at + 64, ORDER);
          b1.intoMemorySegment(MEMORY, at + 64 + 4L * WIDTH, ORDER);
          a2.intoMemorySegment(MEMORY, at + 128, ORDER);
          b2.intoMemorySegment(MEMORY, at + 128 + 4L * WIDTH, ORDER);
          a3.intoMemorySegment(MEMORY, at + 192, ORDER);
          b3.intoMemorySegment(MEMORY, at + 192 + 4L * WIDTH, ORDER);
        }
      }
      if (!WIDE) LaneSums.four(room);
      for (int r = 0; r < ROWS; r++) {
        out[to + row + r * apart] =
            MEMORY.get(JAVA_FLOAT, Lanes.address(room + (WIDE ? 16L : 4L) * r));
      }
    }
    return most.reduceLanes(VectorOperators.MAX) < 0x7C00;
  }

  /* Four rows of BF16, to [row][lane]. */
  private static void upperHalves(
      long address, int count, int apart, long x, int n, long room, float[] out, int to) {
    IntVector in16 = IntVector.broadcast(INTS, 16);
    IntVector upper = IntVector.broadcast(INTS, 0xFFFF0000);
    for (int row = 0; row < count; row++) {
      for (int slice = 0; slice < LANES; slice += COLUMNS) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        long y0 = Lanes.address(x);
        long s0 = Lanes.address(address + row * (2L * n));
        long s1 = Lanes.address(s0 + apart * (2L * n));
        long s2 = Lanes.address(s1 + apart * (2L * n));
        long s3 = Lanes.address(s2 + apart * (2L * n));
        for (int k = slice; k < n; k += STEP) {
          FloatVector y = FloatVector.fromMemorySegment(FLOATS, MEMORY, y0 + 4L * k, ORDER);
          FloatVector z =
              FloatVector.fromMemorySegment(FLOATS, MEMORY, y0 + 4L * (k + WIDTH), ORDER);
          ShortVector v = ShortVector.fromMemorySegment(SHORTS, MEMORY, s0 + 2L * k, ORDER);
          IntVector w = v.rearrange(PAIRS).reinterpretAsInts();
          a0 = w.lanewise(LSHL, in16).reinterpretAsFloats().fma(y, a0);
          b0 = w.and(upper).reinterpretAsFloats().fma(z, WIDE ? a0 : b0);
          if (WIDE) a0 = b0;
          v = ShortVector.fromMemorySegment(SHORTS, MEMORY, s1 + 2L * k, ORDER);
          w = v.rearrange(PAIRS).reinterpretAsInts();
          a1 = w.lanewise(LSHL, in16).reinterpretAsFloats().fma(y, a1);
          b1 = w.and(upper).reinterpretAsFloats().fma(z, WIDE ? a1 : b1);
          if (WIDE) a1 = b1;
          v = ShortVector.fromMemorySegment(SHORTS, MEMORY, s2 + 2L * k, ORDER);
          w = v.rearrange(PAIRS).reinterpretAsInts();
          a2 = w.lanewise(LSHL, in16).reinterpretAsFloats().fma(y, a2);
          b2 = w.and(upper).reinterpretAsFloats().fma(z, WIDE ? a2 : b2);
          if (WIDE) a2 = b2;
          v = ShortVector.fromMemorySegment(SHORTS, MEMORY, s3 + 2L * k, ORDER);
          w = v.rearrange(PAIRS).reinterpretAsInts();
          a3 = w.lanewise(LSHL, in16).reinterpretAsFloats().fma(y, a3);
          b3 = w.and(upper).reinterpretAsFloats().fma(z, WIDE ? a3 : b3);
          if (WIDE) a3 = b3;
        }
        long at = Lanes.address(room + slice * 4L);
        if (WIDE) {
          a0 = a0.add(a0.rearrange(EIGHT)).blend(a2.add(a2.rearrange(EIGHT)), UPPER_EIGHT);
          a1 = a1.add(a1.rearrange(EIGHT)).blend(a3.add(a3.rearrange(EIGHT)), UPPER_EIGHT);
          a0 = a0.add(a0.rearrange(FOUR)).blend(a1.add(a1.rearrange(FOUR)), UPPER_FOUR);
          a0 = a0.add(a0.rearrange(TWO));
          a0.add(a0.rearrange(ONE)).intoMemorySegment(MEMORY, at, ORDER);
        } else {
          a0.intoMemorySegment(MEMORY, at, ORDER);
          b0.intoMemorySegment(MEMORY, at + 4L * WIDTH, ORDER);
          a1.intoMemorySegment(MEMORY, at + 64, ORDER);
          b1.intoMemorySegment(MEMORY, at + 64 + 4L * WIDTH, ORDER);
          a2.intoMemorySegment(MEMORY, at + 128, ORDER);
          b2.intoMemorySegment(MEMORY, at + 128 + 4L * WIDTH, ORDER);
          a3.intoMemorySegment(MEMORY, at + 192, ORDER);
          b3.intoMemorySegment(MEMORY, at + 192 + 4L * WIDTH, ORDER);
        }
      }
      if (!WIDE) LaneSums.four(room);
      for (int r = 0; r < ROWS; r++) {
        out[to + row + r * apart] =
            MEMORY.get(JAVA_FLOAT, Lanes.address(room + (WIDE ? 16L : 4L) * r));
      }
    }
  }
}
