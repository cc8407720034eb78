import java.util.List;

/** The SplitMix64 generator: the same numbers on every machine. One instance per thread. */
final class SplitMix {
  private long state;

  SplitMix(long seed) {
    state = seed;
  }

  /** A generator for example {@code index} of {@code seed}, independent of all others. */
  static SplitMix of(long seed, long index) {
    return new SplitMix(new SplitMix(seed * 0x632BE59BD9B4E019L + index).next());
  }

  long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in 0 until {@code bound}; the bias of the high product is below 2^-40 here. */
  int below(int bound) {
    return (int) (((next() >>> 33) * bound) >>> 31);
  }

  /** Uniform in {@code low} to {@code high}, both included. */
  int between(int low, int high) {
    return low + below(high - low + 1);
  }

  /** True with a probability of {@code percent} in a hundred. */
  boolean chance(double percent) {
    return (next() >>> 11) * 0x1.0p-53 * 100 < percent;
  }

  <T> T pick(List<T> values) {
    return values.get(below(values.size()));
  }

  @SafeVarargs
  final <T> T pick(T... values) {
    return values[below(values.length)];
  }

  /** An index into {@code weights}, as often as its weight says. */
  int weighted(int... weights) {
    int sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    int left = below(sum);
    int index = 0;
    while (left >= weights[index]) {
      left -= weights[index++];
    }
    return index;
  }
}
