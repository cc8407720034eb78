package dev.kedge.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the kernels over {@link PackedLayout} share: one vector shape for all element types (a
 * second one makes C2 put vectors on the heap), and memory without bounds checks.
 *
 * <p>C2 folds the checks of {@link #MEMORY} away only where it can see that an address is not
 * negative, hence {@link #address}. Whoever reads through it has checked the whole range before:
 * {@link PackedProducts}, {@link OneTokenFloats} and {@link FloatTiles} are the places.
 */
final class Lanes {
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(Math.max(128, VectorKernels.BITS));

  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** Vectors of this processor in 64 bytes. */
  static final int PARTS = 64 / SHORTS.vectorByteSize();

  /** All memory, by absolute address. */
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final long ADDRESS_BITS = (1L << 57) - 1;

  private Lanes() {}

  /** The address itself, in a form that shows that it is not negative. */
  static long address(long address) {
    return address & ADDRESS_BITS;
  }

  /** The row of the first lane of a panel's {@code vector}-th vector of a step. */
  static int row(int vector) {
    return vector / PARTS * PackedLayout.GROUP + vector % PARTS * INTS.length();
  }

  /** Where a step's {@code vector}-th vector of rows lies, groups being so many bytes apart. */
  static long offset(int vector, long apart) {
    return vector / PARTS * apart + vector % PARTS * (long) SHORTS.vectorByteSize();
  }

  /** The even lanes as floats, in order. */
  static FloatVector lowShorts(ShortVector v) {
    IntVector both = v.reinterpretAsInts();
    return (FloatVector)
        both.lanewise(VectorOperators.LSHL, 16)
            .lanewise(VectorOperators.ASHR, 16)
            .convert(VectorOperators.I2F, 0);
  }

  /** The odd lanes as floats, in order. */
  static FloatVector highShorts(ShortVector v) {
    return (FloatVector)
        v.reinterpretAsInts().lanewise(VectorOperators.ASHR, 16).convert(VectorOperators.I2F, 0);
  }

  /**
   * The F16 numbers in the low halves of some lanes, exactly; neither infinity nor NaN. Exponent
   * and fraction are moved to their places in a float, which leaves a factor of 2⁻¹¹².
   */
  static FloatVector lowHalves(IntVector v) {
    return highHalves(v.lanewise(VectorOperators.LSHL, 16));
  }

  /** As {@link #lowHalves} for the high halves of the lanes. */
  static FloatVector highHalves(IntVector v) {
    return v.lanewise(VectorOperators.ASHR, 3).and(0x8FFFE000).reinterpretAsFloats().mul(0x1p112f);
  }
}
