package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.FLOATS;
import static dev.kedge.engine.kernel.Lanes.INTS;
import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;
import static dev.kedge.engine.kernel.PackedLayout.GROUPS;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;

import dev.kedge.engine.weights.TensorType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Decodes the packed scales of a span of a panel into {@link TileMemory}, in order of rows. */
final class TileScales {
  private static final int WIDTH = INTS.length();
  private static final int VECTOR = GROUPS * 64;
  private static final int HALF = PackedLayout.GROUP / 2 * 4;

  /* What NibbleTileScales takes scales by. */
  private static final float NIBBLES = 0x1p-16f;

  private TileScales() {}

  /** Reads the scales of a span of so many blocks. */
  static void decode(TensorType type, long address, int blocks, TileMemory memory) {
    switch (type) {
      case Q4_0 -> halves(address, blocks, NIBBLES, memory.scales);
      case Q4_K -> {
        bytes(address, blocks, memory.scales, memory.minima);
        halves(address + (long) blocks * VECTOR, 1, 1, memory.outer);
        halves(address + (long) (blocks + 1) * VECTOR, 1, 1, memory.outerMinima);
      }
      case Q6_K -> {
        signedBytes(address, blocks, memory.scales);
        halves(address + (long) blocks * VECTOR, 1, 1, memory.outer);
      }
      case Q8_0, Q4_1, Q5_0, Q5_1, Q5_K, F32, F16, BF16 ->
          throw new IllegalArgumentException(type + " has no tiles");
    }
  }

  private static void halves(long address, int blocks, float by, long to) {
    FloatVector factor = FloatVector.broadcast(FLOATS, by);
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      long out = Lanes.address(to + Lanes.row(vector) * 4L);
      Lanes.lowHalves(v).mul(factor).intoMemorySegment(MEMORY, out, ORDER);
      Lanes.highHalves(v).mul(factor).intoMemorySegment(MEMORY, out + HALF, ORDER);
    }
  }

  /* Per int lane: scales of the two rows, minima of the two rows. */
  private static void bytes(long address, int blocks, long scales, long minima) {
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      long scale = Lanes.address(scales + Lanes.row(vector) * 4L);
      long least = Lanes.address(minima + Lanes.row(vector) * 4L);
      floats(v.and(255)).mul(NIBBLES).intoMemorySegment(MEMORY, scale, ORDER);
      floats(v.lanewise(VectorOperators.LSHR, 8).and(255))
          .mul(NIBBLES)
          .intoMemorySegment(MEMORY, scale + HALF, ORDER);
      floats(v.lanewise(VectorOperators.LSHR, 16).and(255)).intoMemorySegment(MEMORY, least, ORDER);
      floats(v.lanewise(VectorOperators.LSHR, 24)).intoMemorySegment(MEMORY, least + HALF, ORDER);
    }
  }

  /* Per int lane: the first half's scales of the two rows, the second half's. */
  private static void signedBytes(long address, int blocks, long scales) {
    for (int vector = 0; vector < blocks * GROUPS * Lanes.PARTS; vector++) {
      long at = Lanes.address(address + (long) vector * 4 * WIDTH);
      IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
      int block = vector / (GROUPS * Lanes.PARTS);
      // Of the block's first half.
      long first = Lanes.address(scales + (block * PANEL + Lanes.row(vector)) * 4L);
      long second = first + PANEL * 4;
      floats(v.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24))
          .intoMemorySegment(MEMORY, first, ORDER);
      floats(v.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24))
          .intoMemorySegment(MEMORY, first + HALF, ORDER);
      floats(v.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24))
          .intoMemorySegment(MEMORY, second, ORDER);
      floats(v.lanewise(VectorOperators.ASHR, 24)).intoMemorySegment(MEMORY, second + HALF, ORDER);
    }
  }

  private static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }
}
