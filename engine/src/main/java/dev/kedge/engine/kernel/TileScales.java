package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.PackedLayout.GROUPS;

import dev.kedge.engine.weights.TensorType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Decodes the packed scales of a span of a panel into {@link TileMemory}, in order of rows. */
final class TileScales {
  private static final int WIDTH = INTS.length();
  private static final int VECTOR = GROUPS * 64;
  private static final int HALF = PackedLayout.GROUP / 2 * 4;

  private TileScales() {}

  /** Reads the scales of a span of so many blocks. */
  static void decode(TensorType type, long address, int blocks, TileMemory memory) {
    switch (type) {
      case Q4_0 -> halves(address, blocks, memory.scales);
      case Q4_K -> {
        bytes(address, blocks, memory.scales, memory.minima);
        halves(address + (long) blocks * VECTOR, 1, memory.outer);
        halves(address + (long) (blocks + 1) * VECTOR, 1, memory.outerMinima);
      }
      case Q8_0, Q6_K, Q4_1, Q5_0, Q5_1, Q5_K, F32, F16, BF16 ->
          throw new IllegalArgumentException(type + " has no tiles");
    }
  }

  private static void halves(long address, int blocks, long to) {
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      long out = Lanes.address(to + Lanes.row(vector) * 4L);
      Lanes.lowHalves(v).intoMemorySegment(MEMORY, out, ORDER);
      Lanes.highHalves(v).intoMemorySegment(MEMORY, out + HALF, ORDER);
    }
  }

  /* Per int lane: scales of the two rows, minima of the two rows. */
  private static void bytes(long address, int blocks, long scales, long minima) {
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      long scale = Lanes.address(scales + Lanes.row(vector) * 4L);
      long least = Lanes.address(minima + Lanes.row(vector) * 4L);
      floats(v.and(255)).intoMemorySegment(MEMORY, scale, ORDER);
      floats(v.lanewise(VectorOperators.LSHR, 8).and(255))
          .intoMemorySegment(MEMORY, scale + HALF, ORDER);
      floats(v.lanewise(VectorOperators.LSHR, 16).and(255)).intoMemorySegment(MEMORY, least, ORDER);
      floats(v.lanewise(VectorOperators.LSHR, 24)).intoMemorySegment(MEMORY, least + HALF, ORDER);
    }
  }

  private static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }
}
