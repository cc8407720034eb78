package dev.kedge.backend;

/** Seeds of the choices of one call. */
final class Seeds {
  /* The golden ratio in 64 bits and the finisher of SplitMix64 (Steele, Lea, Flood 2014). */
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /**
   * The seed of a choice: the call's own for the first, so that asking for more choices does not
   * change it; unrelated ones for the others.
   */
  static long ofChoice(long seed, int choice) {
    if (choice == 0) return seed;
    long z = seed + choice * GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
