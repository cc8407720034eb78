package dev.kedge.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the machine can do at best, measured with the same vectors, threads and memory as the
 * kernels use: reading weights once, and 16-bit multiply-adds in registers. A speed beside these
 * says how much is left.
 */
public final class MachineLimits {
  private static final int PIECE = 1 << 20;
  private static final int ROUNDS = 20_000_000;
  private static final VectorSpecies<Long> LONGS =
      VectorSpecies.of(long.class, Lanes.SHORTS.vectorShape());

  private MachineLimits() {}

  /** Bytes per second of reading these matrices front to back, all workers together. */
  public static double readBytesPerSecond(Workers workers, List<Matrix> matrices) {
    List<MemorySegment> pieces =
        matrices.stream()
            .map(matrix -> matrix.packed() == null ? matrix.data() : matrix.packed())
            .flatMap(data -> pieces(data).stream())
            .toList();
    long[] sums = new long[workers.threads() * 8];
    long start = System.nanoTime();
    workers.run(pieces.size(), (part, worker) -> sums[worker * 8] += sum(pieces.get(part)));
    double seconds = (System.nanoTime() - start) / 1e9;
    long bytes = pieces.stream().mapToLong(MemorySegment::byteSize).sum();
    // The sums are looked at, so that reading cannot be left out.
    return sums[0] == 42 ? 0 : bytes / seconds;
  }

  private static List<MemorySegment> pieces(MemorySegment data) {
    List<MemorySegment> pieces = new ArrayList<>();
    for (long at = 0; at + PIECE <= data.byteSize(); at += PIECE) {
      pieces.add(data.asSlice(at, PIECE));
    }
    return pieces;
  }

  /* Four streams side by side, which is how processors read fastest. */
  private static long sum(MemorySegment data) {
    long bytes = LONGS.vectorByteSize();
    long s0 = Lanes.address(data.address());
    long s1 = Lanes.address(s0 + PIECE / 4);
    long s2 = Lanes.address(s1 + PIECE / 4);
    long s3 = Lanes.address(s2 + PIECE / 4);
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    for (long i = 0; i < PIECE / 4; i += bytes) {
      a = a.add(LongVector.fromMemorySegment(LONGS, Lanes.MEMORY, s0 + i, Lanes.ORDER));
      b = b.add(LongVector.fromMemorySegment(LONGS, Lanes.MEMORY, s1 + i, Lanes.ORDER));
      c = c.add(LongVector.fromMemorySegment(LONGS, Lanes.MEMORY, s2 + i, Lanes.ORDER));
      d = d.add(LongVector.fromMemorySegment(LONGS, Lanes.MEMORY, s3 + i, Lanes.ORDER));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  /** Multiply-adds per second, all workers together. */
  public static double multiplyAddsPerSecond(Workers workers) {
    short[] found = new short[workers.threads() * 64];
    for (int i = 0; i < 3; i++) multiplyAdds(ROUNDS / 100, (short) i);
    long start = System.nanoTime();
    workers.run(
        workers.threads(),
        (part, worker) -> found[worker * 64] += multiplyAdds(ROUNDS, (short) part));
    double seconds = (System.nanoTime() - start) / 1e9;
    double done = 8.0 * Lanes.SHORTS.length() * ROUNDS * workers.threads();
    return found[0] == 42 && found[63] == 1 ? 0 : done / seconds;
  }

  private static short multiplyAdds(int rounds, short seed) {
    ShortVector x = ShortVector.broadcast(Lanes.SHORTS, seed).addIndex(3);
    ShortVector y = ShortVector.broadcast(Lanes.SHORTS, (short) (seed + 5));
    ShortVector a = x;
    ShortVector b = y;
    ShortVector c = x;
    ShortVector d = y;
    ShortVector e = x;
    ShortVector f = y;
    ShortVector g = x;
    ShortVector h = y;
    for (int i = 0; i < rounds; i++) {
      a = a.mul(x).add(y);
      b = b.mul(x).add(y);
      c = c.mul(x).add(y);
      d = d.mul(x).add(y);
      e = e.mul(x).add(y);
      f = f.mul(x).add(y);
      g = g.mul(x).add(y);
      h = h.mul(x).add(y);
    }
    return a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).reduceLanes(VectorOperators.ADD);
  }
}
