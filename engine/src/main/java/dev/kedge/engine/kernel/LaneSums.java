package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * {@link ScalarKernels#sum} of several rows at once. With vectors of 512 bits every step adds to
 * each lane the one 8, 4, 2 or 1 away, which leaves every sum twice, so that two vectors share one
 * from then on.
 */
final class LaneSums {
  private static final int ROWS = ScalarKernels.LANES;
  private static final int LANE = FLOATS.length() - 1;
  static final VectorShuffle<Float> EIGHT = away(8);
  static final VectorShuffle<Float> FOUR = away(4);
  static final VectorShuffle<Float> TWO = away(2);
  static final VectorShuffle<Float> ONE = away(1);
  static final VectorMask<Float> UPPER_EIGHT = VectorMask.fromLong(FLOATS, 0xFF00);
  static final VectorMask<Float> UPPER_FOUR = VectorMask.fromLong(FLOATS, 0xF0F0);
  private static final VectorMask<Float> UPPER_TWO = VectorMask.fromLong(FLOATS, 0xCCCC);
  private static final VectorMask<Float> UPPER_ONE = VectorMask.fromLong(FLOATS, 0xAAAA);

  private LaneSums() {}

  private static VectorShuffle<Float> away(int lanes) {
    return VectorShuffle.fromOp(FLOATS, i -> (i ^ lanes) & LANE);
  }

  /**
   * Adds the lanes of four rows, with vectors of 128 or 256 bits.
   *
   * @param lanes [row][lane], each row in one line of the cache; the sums take the first places
   */
  static void four(long lanes) {
    for (int r = 0; r < 4; r++) {
      long row = Lanes.address(lanes + r * 64L);
      // Halves are added until a vector holds the rest.
      for (int step = ROWS / 2; step >= FLOATS.length(); step /= 2) {
        for (int j = 0; j < step; j += FLOATS.length()) {
          long other = Lanes.address(row + 4L * (j + step));
          FloatVector.fromMemorySegment(FLOATS, MEMORY, row + 4L * j, ORDER)
              .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, other, ORDER))
              .intoMemorySegment(MEMORY, row + 4L * j, ORDER);
        }
      }
      FloatVector a = FloatVector.fromMemorySegment(FLOATS, MEMORY, row, ORDER);
      if (FLOATS.length() > 4) a = a.add(a.rearrange(FOUR));
      a = a.add(a.rearrange(TWO));
      MEMORY.set(JAVA_FLOAT, Lanes.address(lanes + 4L * r), a.add(a.rearrange(ONE)).lane(0));
    }
  }

  /**
   * Adds the lanes of sixteen rows.
   *
   * @param lanes [row][lane], each row in one line of the cache; overwritten
   * @param out receives the sums from {@code to} on
   */
  static void sixteen(long lanes, float[] out, int to) {
    long s = Lanes.address(lanes);
    for (int r = 0; r < ROWS / 2; r++) {
      FloatVector a = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + r * 64L, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + r * 64L + 512, ORDER);
      a = a.add(a.rearrange(EIGHT)).blend(b.add(b.rearrange(EIGHT)), UPPER_EIGHT);
      a.intoMemorySegment(MEMORY, s + r * 64L, ORDER);
    }
    for (int r = 0; r < ROWS / 4; r++) {
      FloatVector a = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + r * 64L, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + r * 64L + 256, ORDER);
      a = a.add(a.rearrange(FOUR)).blend(b.add(b.rearrange(FOUR)), UPPER_FOUR);
      a.intoMemorySegment(MEMORY, s + r * 64L, ORDER);
    }
    FloatVector a = FloatVector.fromMemorySegment(FLOATS, MEMORY, s, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + 128, ORDER);
    a = a.add(a.rearrange(TWO)).blend(b.add(b.rearrange(TWO)), UPPER_TWO);
    FloatVector c = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + 64, ORDER);
    FloatVector d = FloatVector.fromMemorySegment(FLOATS, MEMORY, s + 192, ORDER);
    c = c.add(c.rearrange(TWO)).blend(d.add(d.rearrange(TWO)), UPPER_TWO);
    a.add(a.rearrange(ONE)).blend(c.add(c.rearrange(ONE)), UPPER_ONE).intoArray(out, to);
  }
}
