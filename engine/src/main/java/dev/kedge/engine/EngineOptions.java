package dev.kedge.engine;

import java.time.Duration;

/**
 * How an engine runs.
 *
 * @param threads compute threads, 1 or more; the result does not depend on them
 * @param maxSequences sequences that share forward passes, 1 or more
 * @param maxQueued requests that may wait for a place; one more is refused
 * @param contextLength longest prompt plus answer in tokens; 0 takes the model's own
 * @param cacheTokens positions in the key-value cache, shared by all sequences; 0 takes
 *     maxSequences times the context length, within the heap
 * @param batchTokens most tokens of one forward pass, prompts included, 1 or more
 * @param vectors whether to use the Vector API where it is there; the result does not depend on it
 * @param eightBitCache whether keys and values are kept in 8 bits instead of 16: half the memory,
 *     slightly other results
 * @param stepAim how long a pass should take while answers are generated: passes get as many tokens
 *     of prompts as fit, up to {@code batchTokens}, by what was measured; zero gives them all. The
 *     result does not depend on it
 */
public record EngineOptions(
    int threads,
    int maxSequences,
    int maxQueued,
    int contextLength,
    int cacheTokens,
    int batchTokens,
    boolean vectors,
    boolean eightBitCache,
    Duration stepAim) {
  /** Longer pauses between words are noticed. */
  private static final Duration DEFAULT_AIM = Duration.ofMillis(125);

  /** With passes of about an eighth of a second. */
  public EngineOptions(
      int threads,
      int maxSequences,
      int maxQueued,
      int contextLength,
      int cacheTokens,
      int batchTokens,
      boolean vectors,
      boolean eightBitCache) {
    this(
        threads,
        maxSequences,
        maxQueued,
        contextLength,
        cacheTokens,
        batchTokens,
        vectors,
        eightBitCache,
        DEFAULT_AIM);
  }

  /** With a cache of half-precision floats. */
  public EngineOptions(
      int threads,
      int maxSequences,
      int maxQueued,
      int contextLength,
      int cacheTokens,
      int batchTokens,
      boolean vectors) {
    this(threads, maxSequences, maxQueued, contextLength, cacheTokens, batchTokens, vectors, false);
  }

  /** One compute thread per processor, 16 sequences, 64 waiting. */
  public static EngineOptions defaults() {
    return new EngineOptions(Runtime.getRuntime().availableProcessors(), 16, 64, 0, 0, 256, true);
  }

  /** The same, with so many requests that may wait. */
  public EngineOptions withMaxQueued(int requests) {
    return new EngineOptions(
        threads,
        maxSequences,
        requests,
        contextLength,
        cacheTokens,
        batchTokens,
        vectors,
        eightBitCache,
        stepAim);
  }

  /** The same, with keys and values in 8 bits or not. */
  public EngineOptions withEightBitCache(boolean eightBits) {
    return new EngineOptions(
        threads,
        maxSequences,
        maxQueued,
        contextLength,
        cacheTokens,
        batchTokens,
        vectors,
        eightBits,
        stepAim);
  }

  /** The same, with passes of about this time; zero: as large as they may be. */
  public EngineOptions withStepAim(Duration aim) {
    return new EngineOptions(
        threads,
        maxSequences,
        maxQueued,
        contextLength,
        cacheTokens,
        batchTokens,
        vectors,
        eightBitCache,
        aim);
  }

  public EngineOptions {
    if (threads < 1
        || maxSequences < 1
        || maxQueued < 0
        || contextLength < 0
        || cacheTokens < 0
        || batchTokens < 1
        || stepAim.isNegative()) {
      throw new IllegalArgumentException(
          "options out of range: threads " + threads + ", sequences " + maxSequences);
    }
  }
}
