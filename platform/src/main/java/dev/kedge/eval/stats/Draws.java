package dev.kedge.eval.stats;

/**
 * Seeded random numbers whose course is fixed here and not by a library's version, so that a report
 * can be computed again years later: SplitMix64 (Steele, Lea and Flood 2014). For one thread.
 */
public final class Draws {
  private static final long STEP = 0x9E3779B97F4A7C15L;
  private long state;

  /** Two seeds that differ in one bit give unrelated numbers. */
  public Draws(long seed) {
    this.state = seed;
  }

  /** 64 random bits. */
  public long bits() {
    state += STEP;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * From 0 to {@code bound} - 1. The bias of the multiplication is below bound / 2⁶³ and not
   * corrected.
   */
  public int below(int bound) {
    return (int) Math.multiplyHigh(bits() >>> 1, (long) bound << 1);
  }

  /** From 0 to just below 1. */
  public double share() {
    return (bits() >>> 11) * 0x1p-53;
  }
}
