package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;

/** Begins the sums of kernels for one token. */
final class OneTokenSums {
  private static final int GROUP = PackedLayout.GROUP;

  private OneTokenSums() {}

  /** So many vectors become zero, each in one line of the cache. */
  static void clear(long scratch, int vectors) {
    FloatVector zero = FloatVector.zero(FLOATS);
    long to = Lanes.address(scratch);
    for (int i = 0; i < vectors; i++) zero.intoMemorySegment(MEMORY, to + i * 64L, ORDER);
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
