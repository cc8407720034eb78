package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;

/** Begins and ends the sums of kernels for one token. */
final class OneTokenSums {
  private static final int GROUP = PackedLayout.GROUP;

  private OneTokenSums() {}

  /** So many vectors become zero, each in one line of the cache. */
  static void clear(long scratch, int vectors) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long to = Lanes.address(scratch);
    for (int i = 0; i < vectors; i++) zero.intoMemorySegment(MEMORY, to + i * 64L, ORDER);
  }

  /** Takes this part of the rows of a panel to [group][half], each in one line of the cache. */
  static void take(float[] out, int row, long scratch) {
    long to = Lanes.address(scratch);
    for (int half = 0; half < 2 * PackedLayout.GROUPS; half++) {
      FloatVector v = FloatVector.fromArray(FLOATS, out, row + half * (GROUP / 2));
      v.intoMemorySegment(MEMORY, to + half * 64L, ORDER);
    }
  }

  /** Gives back what {@link #take} took. */
  static void give(long scratch, float[] out, int row) {
    long from = Lanes.address(scratch);
    for (int half = 0; half < 2 * PackedLayout.GROUPS; half++) {
      FloatVector.fromMemorySegment(FLOATS, MEMORY, from + half * 64L, ORDER)
          .intoArray(out, row + half * (GROUP / 2));
    }
  }

  /** This part of the rows of a panel becomes zero. */
  static void clear(float[] out, int row) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int group = 0; group < PackedLayout.GROUPS; group++) {
      zero.intoArray(out, row + group * GROUP);
      zero.intoArray(out, row + group * GROUP + GROUP / 2);
    }
  }
}
