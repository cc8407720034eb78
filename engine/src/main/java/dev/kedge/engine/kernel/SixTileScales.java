package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;
import static dev.kedge.engine.kernel.TileMemory.QUAD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * What scales make of the integer sums of {@link SixTiles}: the floating-point half of {@link
 * ScalarProducts} for one token and two groups of rows. Two sums of 8 columns share a scale.
 */
final class SixTileScales {
  private static final int HALF = PackedLayout.GROUP / 2 * 4;
  private static final long HALF_BLOCK = PANEL * 4;

  private SixTileScales() {}

  /**
   * Adds a span to the results of a token.
   *
   * @param sums of this token
   * @param scales of the first of the rows, {@code [half block][row]}
   * @param outer scales of scales of the first of the rows
   * @param x scales of activations, the span's first at {@code block}
   * @param results of the first row
   */
  static void add(long sums, long scales, long outer, float[] x, int block, long results) {
    IntVector even = IntVector.broadcast(INTS, 0xFFFF);
    IntVector down = IntVector.broadcast(INTS, -0x10000);
    for (int vector = 0; vector < 2 * Lanes.PARTS; vector++) {
      long row = Lanes.row(vector) * 4L;
      long lanes = Lanes.address(sums + Lanes.offset(vector, 64));
      long factors = Lanes.address(scales + row);
      FloatVector low = FloatVector.zero(FLOATS);
      FloatVector high = low;
      for (int b = 0; b < SPAN_BLOCKS; b++) {
        long sum = lanes + b * (4 * QUAD);
        long scale = factors + b * (2 * HALF_BLOCK);
        IntVector p = IntVector.fromMemorySegment(INTS, MEMORY, sum, ORDER);
        IntVector q = IntVector.fromMemorySegment(INTS, MEMORY, sum + QUAD, ORDER);
        FloatVector l = FloatVector.fromMemorySegment(FLOATS, MEMORY, scale, ORDER);
        FloatVector h = FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + HALF, ORDER);
        l = l.mul(p.and(even).add(q.and(even).add(down)).convert(I2F, 0));
        h = h.mul(p.lanewise(ASHR, 16).add(q.lanewise(ASHR, 16)).convert(I2F, 0));
        p = IntVector.fromMemorySegment(INTS, MEMORY, sum + 2 * QUAD, ORDER);
        q = IntVector.fromMemorySegment(INTS, MEMORY, sum + 3 * QUAD, ORDER);
        scale += HALF_BLOCK;
        FloatVector second = (FloatVector) p.and(even).add(q.and(even).add(down)).convert(I2F, 0);
        l = second.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, scale, ORDER), l);
        second = (FloatVector) p.lanewise(ASHR, 16).add(q.lanewise(ASHR, 16)).convert(I2F, 0);
        h = second.fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, scale + HALF, ORDER), h);
        FloatVector by = FloatVector.broadcast(FLOATS, x[block + b]);
        low = l.fma(by, low);
        high = h.fma(by, high);
      }
      long out = Lanes.address(results + row);
      FloatVector d = FloatVector.fromMemorySegment(FLOATS, MEMORY, outer + row, ORDER);
      d.fma(low, FloatVector.fromMemorySegment(FLOATS, MEMORY, out, ORDER))
          .intoMemorySegment(MEMORY, out, ORDER);
      d = FloatVector.fromMemorySegment(FLOATS, MEMORY, outer + row + HALF, ORDER);
      d.fma(high, FloatVector.fromMemorySegment(FLOATS, MEMORY, out + HALF, ORDER))
          .intoMemorySegment(MEMORY, out + HALF, ORDER);
    }
  }
}
