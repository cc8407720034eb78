package dev.kedge.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What the machine can do at best, measured with the same instructions, threads and memory as the
 * kernels use: reading weights once, and products in registers. A speed beside these says how much
 * is left.
 */
public final class MachineLimits {
  /* Read in one measurement; less would be over before both threads have begun. */
  private static final long READ_AT_LEAST = 4L << 30;
  private static final int MOST_PASSES = 1000;

  private static final int CHAINS = 12;
  private static final int STEPS = 200_000;
  private static final int PIECES = 100;

  private MachineLimits() {}

  /** Memory without a gap worth mentioning. */
  private record Range(long from, long to) {
    static final long GAP = 4096;
  }

  /**
   * The best speed at which these threads read the memory of these weights, in bytes per second:
   * each thread goes through one share of it from end to end, in one, two or four long streams,
   * several times each; the fastest pass of all counts. Virtual machines get more or less bandwidth
   * from minute to minute, so this is to be measured right before and after what stands beside it.
   *
   * @throws IllegalStateException if the weights are closed
   */
  public static double readBytesPerSecond(Workers workers, List<Matrix> matrices) {
    List<MemorySegment> weights =
        matrices.stream()
            .map(matrix -> matrix.packed() == null ? matrix.data() : matrix.packed())
            .toList();
    for (MemorySegment memory : weights) {
      if (!memory.scope().isAlive()) throw new IllegalStateException("the weights are closed");
    }
    List<Range> ranges = ranges(weights);
    List<List<Range>> shares = shares(ranges, workers.threads());
    long bytes = shares.stream().flatMap(List::stream).mapToLong(r -> r.to - r.from).sum();
    if (bytes == 0) return 0;
    long kinds = ReadStreams.STREAMS.length;
    long passes = Math.clamp(READ_AT_LEAST / kinds / bytes, 2, MOST_PASSES);
    double best = 0;
    try {
      for (long pass = 0; pass < passes; pass++) {
        for (int streams : ReadStreams.STREAMS) {
          best = Math.max(best, bytes / secondsOfReading(workers, shares, streams));
        }
      }
    } finally {
      Reference.reachabilityFence(weights);
    }
    return best;
  }

  private static double secondsOfReading(Workers workers, List<List<Range>> shares, int streams) {
    long[] sums = new long[shares.size() * 8];
    long start = System.nanoTime();
    workers.run(
        shares.size(),
        (part, _) -> {
          for (Range range : shares.get(part)) {
            sums[part * 8] += ReadStreams.sum(streams, range.from, range.to - range.from);
          }
        });
    double seconds = (System.nanoTime() - start) / 1e9;
    // The sums are looked at, so that reading cannot be left out.
    return sums[0] == 42 ? seconds + 1e-9 : seconds;
  }

  /* Matrices of one file follow each other: read as one. */
  private static List<Range> ranges(List<MemorySegment> weights) {
    List<Range> ranges = new ArrayList<>();
    List<MemorySegment> sorted = new ArrayList<>(weights);
    sorted.sort(Comparator.comparingLong(MemorySegment::address));
    for (MemorySegment memory : sorted) {
      Range next = new Range(memory.address(), memory.address() + memory.byteSize());
      Range last = ranges.isEmpty() ? null : ranges.getLast();
      if (last != null && next.from - last.to < Range.GAP) {
        ranges.removeLast();
        next = new Range(last.from, Math.max(last.to, next.to));
      }
      ranges.add(next);
    }
    return ranges;
  }

  /* Each thread's bytes, to whole steps of reading. */
  private static List<List<Range>> shares(List<Range> ranges, int threads) {
    List<List<Range>> shares = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) shares.add(new ArrayList<>());
    for (Range range : ranges) {
      long share = (range.to - range.from) / threads / ReadStreams.GRAIN * ReadStreams.GRAIN;
      for (int thread = 0; thread < threads && share > 0; thread++) {
        long from = range.from + thread * share;
        shares.get(thread).add(new Range(from, from + share));
      }
    }
    return shares;
  }

  /**
   * Multiply-adds per second in registers, all workers together; the fastest of many short pieces
   * counts: products of bytes where machine code does them, else of 16 bits. In kernels additions,
   * shifts and loads run beside the products in other units of the processor, so the multipliers
   * are what none can pass.
   */
  public static double multiplyAddsPerSecond(Workers workers) {
    int threads = workers.threads();
    short[] found = new short[threads * 64];
    long[] done = new long[threads * 8];
    double best = 0;
    for (int piece = 0; piece < PIECES; piece++) {
      short seed = (short) piece;
      Arrays.fill(done, 0);
      long start = System.nanoTime();
      workers.run(
          threads,
          (part, worker) -> {
            done[part * 8] = VnniPeak.compute();
            if (done[part * 8] > 0) return;
            found[worker * 64] += products(STEPS, (short) (seed + part));
            done[part * 8] = (long) CHAINS * Lanes.SHORTS.length() * STEPS;
          });
      double seconds = (System.nanoTime() - start) / 1e9;
      best = Math.max(best, Arrays.stream(done).sum() / seconds);
    }
    return found[0] == 42 && found[63] == 1 ? 0 : best;
  }

  /* As many chains as it takes to keep multipliers busy that answer after three or four cycles. */
  private static short products(int steps, short seed) {
    ShortVector x = ShortVector.broadcast(Lanes.SHORTS, seed).addIndex(3);
    ShortVector a = x.add((short) 1);
    ShortVector b = x.add((short) 2);
    ShortVector c = x.add((short) 3);
    ShortVector d = x.add((short) 4);
    ShortVector e = x.add((short) 5);
    ShortVector f = x.add((short) 6);
    ShortVector g = x.add((short) 7);
    ShortVector h = x.add((short) 8);
    ShortVector i = x.add((short) 9);
    ShortVector j = x.add((short) 10);
    ShortVector k = x.add((short) 11);
    ShortVector l = x.add((short) 12);
    for (int step = 0; step < steps; step++) {
      a = a.mul(x);
      b = b.mul(x);
      c = c.mul(x);
      d = d.mul(x);
      e = e.mul(x);
      f = f.mul(x);
      g = g.mul(x);
      h = h.mul(x);
      i = i.mul(x);
      j = j.mul(x);
      k = k.mul(x);
      l = l.mul(x);
    }
    ShortVector sum = a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h)));
    return sum.add(i.add(j).add(k.add(l))).reduceLanes(VectorOperators.ADD);
  }
}
