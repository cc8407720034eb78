package dev.kedge.call;

/**
 * Tokens of one call.
 *
 * @param input tokens of the prompt, cached ones included
 * @param cachedInput of these, how many were found in a cache
 * @param cacheWrite of these, how many were written to a cache that is paid for
 * @param output tokens of the answer, reasoning included
 * @param reasoning of these, how many the model spent on thinking
 * @param estimated whether the answering side gave no counts and these are our own estimate
 */
public record TokenCounts(
    long input, long cachedInput, long cacheWrite, long output, long reasoning, boolean estimated) {
  public static TokenCounts of(long input, long cachedInput, long output) {
    return new TokenCounts(input, cachedInput, 0, output, 0, false);
  }
}
