package dev.kedge.engine.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Sums that find damage, as fast as memory is read: a polynomial over 64-bit words, eight of them
 * side by side. Whoever can write can forge them.
 */
final class PackedSum {
  private static final long PRIME = 0x9E3779B97F4A7C15L;
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PackedSum() {}

  /** Of a sequence of sums. */
  static long of(long[] sums) {
    return of(MemorySegment.ofArray(sums));
  }

  static long of(MemorySegment data) {
    long whole = data.byteSize() / 64 * 64;
    long a = 1;
    long b = 2;
    long c = 3;
    long d = 4;
    long e = 5;
    long f = 6;
    long g = 7;
    long h = 8;
    for (long i = 0; i < whole; i += 64) {
      a = (a ^ data.get(I64, i)) * PRIME;
      b = (b ^ data.get(I64, i + 8)) * PRIME;
      c = (c ^ data.get(I64, i + 16)) * PRIME;
      d = (d ^ data.get(I64, i + 24)) * PRIME;
      e = (e ^ data.get(I64, i + 32)) * PRIME;
      f = (f ^ data.get(I64, i + 40)) * PRIME;
      g = (g ^ data.get(I64, i + 48)) * PRIME;
      h = (h ^ data.get(I64, i + 56)) * PRIME;
    }
    long sum = data.byteSize();
    for (long part : new long[] {a, b, c, d, e, f, g, h}) {
      sum = (sum ^ part ^ part >>> 29) * PRIME;
    }
    for (long i = whole; i < data.byteSize(); i++) {
      sum = (sum ^ data.get(ValueLayout.JAVA_BYTE, i)) * PRIME;
    }
    return sum ^ sum >>> 32;
  }
}
