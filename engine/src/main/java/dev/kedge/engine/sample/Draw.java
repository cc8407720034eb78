package dev.kedge.engine.sample;

/**
 * Random numbers as a function of seed and position: no stream, so nothing that runs beside a
 * request can shift them. The function is two rounds of the SplitMix64 finalizer (Steele, Lea and
 * Flood, "Fast splittable pseudorandom number generators", 2014).
 */
final class Draw {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Draw() {}

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  static double uniform(long seed, long position) {
    return (mix(mix(seed + GOLDEN) + GOLDEN * (position + 1)) >>> 11) * 0x1p-53;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
