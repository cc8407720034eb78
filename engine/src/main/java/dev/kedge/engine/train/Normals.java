package dev.kedge.engine.train;

/** Random numbers that are a function of (seed, position): no stream, no state. */
final class Normals {
  private Normals() {}

  /** A 64-bit mix of seed and position (the finalizer of SplitMix64 over a Weyl sequence). */
  static long bits(long seed, long position) {
    long z = mix(seed + 0x9E3779B97F4A7C15L) + (position + 1) * 0x9E3779B97F4A7C15L;
    return mix(z);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A standard normal number (Box and Muller 1958). */
  static float at(long seed, long position) {
    double u = ((bits(seed, 2 * position) >>> 11) + 0.5) * 0x1p-53;
    double v = (bits(seed, 2 * position + 1) >>> 11) * 0x1p-53;
    return (float)
        (StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * StrictMath.PI * v));
  }
}
