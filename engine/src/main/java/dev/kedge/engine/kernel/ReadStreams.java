package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.Lanes.ORDER;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Reads memory as fast as vectors can, in one, two or four streams as long as can be. Which number
 * is the fastest depends on the processor and on what else its memory does; the sum of all that was
 * read is returned so that reading cannot be left out.
 *
 * <p>Reads through {@link Lanes#MEMORY}: the caller answers for the range.
 */
final class ReadStreams {
  /** Numbers of streams that there are. */
  static final int[] STREAMS = {1, 2, 4};

  /** What one step of the widest loop takes. */
  static final long GRAIN = 512;

  private static final VectorSpecies<Long> LONGS =
      VectorSpecies.of(long.class, Lanes.SHORTS.vectorShape());
  private static final long BYTES = LONGS.vectorByteSize();

  private ReadStreams() {}

  /** Reads {@code bytes}, a multiple of {@link #GRAIN}, in so many streams. */
  static long sum(int streams, long address, long bytes) {
    return switch (streams) {
      case 1 -> one(address, bytes);
      case 2 -> two(address, bytes / 2);
      default -> four(address, bytes / 4);
    };
  }

  private static long one(long address, long length) {
    long s = Lanes.address(address);
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    for (long i = 0; i < length; i += 2 * BYTES) {
      a = a.add(LongVector.fromMemorySegment(LONGS, MEMORY, s + i, ORDER));
      b = b.add(LongVector.fromMemorySegment(LONGS, MEMORY, s + i + BYTES, ORDER));
    }
    return a.add(b).reduceLanes(VectorOperators.ADD);
  }

  private static long two(long address, long length) {
    long s0 = Lanes.address(address);
    long s1 = Lanes.address(s0 + length);
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    for (long i = 0; i < length; i += BYTES) {
      a = a.add(LongVector.fromMemorySegment(LONGS, MEMORY, s0 + i, ORDER));
      b = b.add(LongVector.fromMemorySegment(LONGS, MEMORY, s1 + i, ORDER));
    }
    return a.add(b).reduceLanes(VectorOperators.ADD);
  }

  private static long four(long address, long length) {
    long s0 = Lanes.address(address);
    long s1 = Lanes.address(s0 + length);
    long s2 = Lanes.address(s1 + length);
    long s3 = Lanes.address(s2 + length);
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    for (long i = 0; i < length; i += BYTES) {
      a = a.add(LongVector.fromMemorySegment(LONGS, MEMORY, s0 + i, ORDER));
      b = b.add(LongVector.fromMemorySegment(LONGS, MEMORY, s1 + i, ORDER));
      c = c.add(LongVector.fromMemorySegment(LONGS, MEMORY, s2 + i, ORDER));
      d = d.add(LongVector.fromMemorySegment(LONGS, MEMORY, s3 + i, ORDER));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }
}
