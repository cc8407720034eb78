package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.Lanes.SHORTS;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.TileMemory.QUAD;
import static dev.kedge.engine.kernel.TileMemory.ROWS;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * What scales make of the integer sums of {@link NibbleTiles}: the floating-point half of {@link
 * ScalarProducts} for four tokens and two groups of rows at once, which share the loads of scales.
 *
 * <p>Of the two sums in an int the lower is shifted into the upper half and the upper is left where
 * it is, below zeros: what becomes a float is 2¹⁶ times a sum, and scales are kept 2¹⁶ times too
 * small. Both are exact, and so is a sum plus what it began with.
 *
 * <p>Flat on purpose, as all kernels.
 */
final class NibbleTileScales {
  private static final int WIDTH = INTS.length();
  /* Bytes from a row to that 16 further on, and from one token or block to the next. */
  private static final int HALF = PackedLayout.GROUP / 2 * 4;
  private static final long TOKEN = PANEL * 4;

  private NibbleTileScales() {}

  /**
   * Q4_0: adds a span's blocks, in order, to the results of four tokens.
   *
   * @param sums of these four
   * @param scales of the first of the rows
   * @param x scales of activations; the span's first of token i is at {@code b}i
   * @param results of the first token and row
   */
  static void plain(
      int count, long sums, long scales, float[] x, int b0, int b1, int b2, int b3, long results) {
    IntVector odd = IntVector.broadcast(INTS, 0xFFFF0000);
    for (int vector = 0; vector < 2 * Lanes.PARTS; vector++) {
      int row = Lanes.row(vector) * 4;
      long out = Lanes.address(results + row);
      FloatVector low0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out, ORDER);
      FloatVector high0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out + HALF, ORDER);
      FloatVector low1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out + TOKEN, ORDER);
      FloatVector high1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out + TOKEN + HALF, ORDER);
      FloatVector low2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 2 * TOKEN, ORDER);
      FloatVector high2 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 2 * TOKEN + HALF, ORDER);
      FloatVector low3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 3 * TOKEN, ORDER);
      FloatVector high3 =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 3 * TOKEN + HALF, ORDER);
      for (int b = 0; b < count; b++) {
        long scale = Lanes.address(scales + row + b * TOKEN);
        long sum = Lanes.address(sums + b * QUAD + vector * 4L * WIDTH);
        FloatVector low = FloatVector.fromMemorySegment(FLOATS, MEMORY, scale, ORDER);
        FloatVector high = FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + HALF, ORDER);
        IntVector both =
            ShortVector.fromMemorySegment(SHORTS, MEMORY, sum, ORDER).reinterpretAsInts();
        FloatVector by = FloatVector.broadcast(FLOATS, x[b0 + b]);
        low0 = ((FloatVector) both.lanewise(LSHL, 16).convert(I2F, 0)).mul(low).fma(by, low0);
        high0 = ((FloatVector) both.and(odd).convert(I2F, 0)).mul(high).fma(by, high0);
        both =
            ShortVector.fromMemorySegment(SHORTS, MEMORY, sum + ROWS * 2, ORDER)
                .reinterpretAsInts();
        by = FloatVector.broadcast(FLOATS, x[b1 + b]);
        low1 = ((FloatVector) both.lanewise(LSHL, 16).convert(I2F, 0)).mul(low).fma(by, low1);
        high1 = ((FloatVector) both.and(odd).convert(I2F, 0)).mul(high).fma(by, high1);
        both =
            ShortVector.fromMemorySegment(SHORTS, MEMORY, sum + 2 * ROWS * 2, ORDER)
                .reinterpretAsInts();
        by = FloatVector.broadcast(FLOATS, x[b2 + b]);
        low2 = ((FloatVector) both.lanewise(LSHL, 16).convert(I2F, 0)).mul(low).fma(by, low2);
        high2 = ((FloatVector) both.and(odd).convert(I2F, 0)).mul(high).fma(by, high2);
        both =
            ShortVector.fromMemorySegment(SHORTS, MEMORY, sum + 3 * ROWS * 2, ORDER)
                .reinterpretAsInts();
        by = FloatVector.broadcast(FLOATS, x[b3 + b]);
        low3 = ((FloatVector) both.lanewise(LSHL, 16).convert(I2F, 0)).mul(low).fma(by, low3);
        high3 = ((FloatVector) both.and(odd).convert(I2F, 0)).mul(high).fma(by, high3);
      }
      low0.intoMemorySegment(MEMORY, out, ORDER);
      high0.intoMemorySegment(MEMORY, out + HALF, ORDER);
      low1.intoMemorySegment(MEMORY, out + TOKEN, ORDER);
      high1.intoMemorySegment(MEMORY, out + TOKEN + HALF, ORDER);
      low2.intoMemorySegment(MEMORY, out + 2 * TOKEN, ORDER);
      high2.intoMemorySegment(MEMORY, out + 2 * TOKEN + HALF, ORDER);
      low3.intoMemorySegment(MEMORY, out + 3 * TOKEN, ORDER);
      high3.intoMemorySegment(MEMORY, out + 3 * TOKEN + HALF, ORDER);
    }
  }

  /**
   * Q4_K: as above for the eight parts of a block, without their minima.
   *
   * @param outer scales of scales of the first of the rows
   * @param x the four tokens' scales and sums
   */
  static void parts(
      long sums,
      long scales,
      long outer,
      Activations x,
      int b0,
      int b1,
      int b2,
      int b3,
      long results) {
    float[] by = x.scales;
    float[] starts = x.multipliers.nibbleSums;
    IntVector odd = IntVector.broadcast(INTS, 0xFFFF0000);
    for (int vector = 0; vector < 2 * Lanes.PARTS; vector++) {
      int row = Lanes.row(vector) * 4;
      FloatVector low0 = FloatVector.zero(FLOATS);
      FloatVector high0 = low0;
      FloatVector low1 = low0;
      FloatVector high1 = low0;
      FloatVector low2 = low0;
      FloatVector high2 = low0;
      FloatVector low3 = low0;
      FloatVector high3 = low0;
      for (int b = 0; b < PackedLayout.SPAN_BLOCKS; b++) {
        long scale = Lanes.address(scales + row + b * TOKEN);
        long sum = Lanes.address(sums + b * QUAD + vector * 4L * WIDTH);
        FloatVector low = FloatVector.fromMemorySegment(FLOATS, MEMORY, scale, ORDER);
        FloatVector high = FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + HALF, ORDER);
        IntVector both =
            ShortVector.fromMemorySegment(SHORTS, MEMORY, sum, ORDER).reinterpretAsInts();
        FloatVector start = FloatVector.broadcast(FLOATS, starts[b0 + b]);
        FloatVector s = FloatVector.broadcast(FLOATS, by[b0 + b]);
        low0 =
            ((FloatVector) both.lanewise(LSHL, 16).convert(I2F, 0))
                .add(start)
                .mul(low)
                .fma(s, low0);
        high0 = ((FloatVector) both.and(odd).convert(I2F, 0)).add(start).mul(high).fma(s, high0);
        both =
            ShortVector.fromMemorySegment(SHORTS, MEMORY, sum + ROWS * 2, ORDER)
                .reinterpretAsInts();
        start = FloatVector.broadcast(FLOATS, starts[b1 + b]);
        s = FloatVector.broadcast(FLOATS, by[b1 + b]);
        low1 =
            ((FloatVector) both.lanewise(LSHL, 16).convert(I2F, 0))
                .add(start)
                .mul(low)
                .fma(s, low1);
        high1 = ((FloatVector) both.and(odd).convert(I2F, 0)).add(start).mul(high).fma(s, high1);
        both =
            ShortVector.fromMemorySegment(SHORTS, MEMORY, sum + 2 * ROWS * 2, ORDER)
                .reinterpretAsInts();
        start = FloatVector.broadcast(FLOATS, starts[b2 + b]);
        s = FloatVector.broadcast(FLOATS, by[b2 + b]);
        low2 =
            ((FloatVector) both.lanewise(LSHL, 16).convert(I2F, 0))
                .add(start)
                .mul(low)
                .fma(s, low2);
        high2 = ((FloatVector) both.and(odd).convert(I2F, 0)).add(start).mul(high).fma(s, high2);
        both =
            ShortVector.fromMemorySegment(SHORTS, MEMORY, sum + 3 * ROWS * 2, ORDER)
                .reinterpretAsInts();
        start = FloatVector.broadcast(FLOATS, starts[b3 + b]);
        s = FloatVector.broadcast(FLOATS, by[b3 + b]);
        low3 =
            ((FloatVector) both.lanewise(LSHL, 16).convert(I2F, 0))
                .add(start)
                .mul(low)
                .fma(s, low3);
        high3 = ((FloatVector) both.and(odd).convert(I2F, 0)).add(start).mul(high).fma(s, high3);
      }
      long d = Lanes.address(outer + row);
      long out = Lanes.address(results + row);
      FloatVector low = FloatVector.fromMemorySegment(FLOATS, MEMORY, d, ORDER);
      FloatVector high = FloatVector.fromMemorySegment(FLOATS, MEMORY, d + HALF, ORDER);
      low.fma(low0, FloatVector.fromMemorySegment(FLOATS, MEMORY, out, ORDER))
          .intoMemorySegment(MEMORY, out, ORDER);
      high.fma(high0, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + HALF, ORDER);
      low.fma(low1, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + TOKEN, ORDER))
          .intoMemorySegment(MEMORY, out + TOKEN, ORDER);
      high.fma(high1, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + TOKEN + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + TOKEN + HALF, ORDER);
      low.fma(low2, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 2 * TOKEN, ORDER))
          .intoMemorySegment(MEMORY, out + 2 * TOKEN, ORDER);
      high.fma(high2, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 2 * TOKEN + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + 2 * TOKEN + HALF, ORDER);
      low.fma(low3, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 3 * TOKEN, ORDER))
          .intoMemorySegment(MEMORY, out + 3 * TOKEN, ORDER);
      high.fma(high3, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 3 * TOKEN + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + 3 * TOKEN + HALF, ORDER);
    }
  }

  /** Q4_K: adds the minima of a block, which come first. */
  static void minima(
      long minima, long outer, float[] minus, int b0, int b1, int b2, int b3, long results) {
    for (int vector = 0; vector < 2 * Lanes.PARTS; vector++) {
      int row = Lanes.row(vector) * 4;
      FloatVector low0 = FloatVector.zero(FLOATS);
      FloatVector high0 = low0;
      FloatVector low1 = low0;
      FloatVector high1 = low0;
      FloatVector low2 = low0;
      FloatVector high2 = low0;
      FloatVector low3 = low0;
      FloatVector high3 = low0;
      for (int b = 0; b < PackedLayout.SPAN_BLOCKS; b++) {
        long least = Lanes.address(minima + row + b * TOKEN);
        FloatVector low = FloatVector.fromMemorySegment(FLOATS, MEMORY, least, ORDER);
        FloatVector high = FloatVector.fromMemorySegment(FLOATS, MEMORY, least + HALF, ORDER);
        FloatVector by = FloatVector.broadcast(FLOATS, minus[b0 + b]);
        low0 = low.fma(by, low0);
        high0 = high.fma(by, high0);
        by = FloatVector.broadcast(FLOATS, minus[b1 + b]);
        low1 = low.fma(by, low1);
        high1 = high.fma(by, high1);
        by = FloatVector.broadcast(FLOATS, minus[b2 + b]);
        low2 = low.fma(by, low2);
        high2 = high.fma(by, high2);
        by = FloatVector.broadcast(FLOATS, minus[b3 + b]);
        low3 = low.fma(by, low3);
        high3 = high.fma(by, high3);
      }
      long d = Lanes.address(outer + row);
      long out = Lanes.address(results + row);
      FloatVector low = FloatVector.fromMemorySegment(FLOATS, MEMORY, d, ORDER);
      FloatVector high = FloatVector.fromMemorySegment(FLOATS, MEMORY, d + HALF, ORDER);
      low.fma(low0, FloatVector.fromMemorySegment(FLOATS, MEMORY, out, ORDER))
          .intoMemorySegment(MEMORY, out, ORDER);
      high.fma(high0, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + HALF, ORDER);
      low.fma(low1, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + TOKEN, ORDER))
          .intoMemorySegment(MEMORY, out + TOKEN, ORDER);
      high.fma(high1, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + TOKEN + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + TOKEN + HALF, ORDER);
      low.fma(low2, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 2 * TOKEN, ORDER))
          .intoMemorySegment(MEMORY, out + 2 * TOKEN, ORDER);
      high.fma(high2, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 2 * TOKEN + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + 2 * TOKEN + HALF, ORDER);
      low.fma(low3, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 3 * TOKEN, ORDER))
          .intoMemorySegment(MEMORY, out + 3 * TOKEN, ORDER);
      high.fma(high3, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + 3 * TOKEN + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + 3 * TOKEN + HALF, ORDER);
    }
  }
}
