package dev.kedge.bench.balancing;

/**
 * How long a server's steps take: an NVIDIA A100 with 40 GB that serves Llama 3.1 8B in 16 bits
 * under vLLM.
 *
 * <p>Decoding is fitted to a published sweep ("vLLM throughput-latency sweep on NVIDIA A100", vLLM
 * 0.23, 1,024 tokens in, 128 out): 75 tokens/s for one sequence, 6.6 times as many for eight, which
 * is 13.3 and 16.2 ms per step. Reading the weights takes 12.7 ms of this, every sequence adds 0.3
 * ms, and every token of context 131,072 bytes of cache at 1,555 GB/s.
 *
 * <p>Prompts are bound by arithmetic: 16 GFLOP per token at 312 TFLOP/s, of which serving reaches
 * about 55 %, so 0.094 ms per token. The same source's time to first token for 1,024 tokens and the
 * 150 to 250 ms reported for a plain vLLM on this GPU agree with it. A prompt's cached tokens cost
 * nothing but their share of the context.
 *
 * <p>Memory: 36 GB of 40 less 16 GB of weights and 2 GB of activations leave 137,000 tokens of
 * cache. A step works on 2,048 tokens at most, running sequences first (vLLM's defaults).
 *
 * @param slowness factor on all times; 1 for the server described here
 */
record ServiceTimes(double slowness) {
  static final int CACHE_TOKENS = 137_000;
  static final int STEP_TOKENS = 2048;
  static final int MOST_SEQUENCES = 256;

  private static final double WEIGHTS_SECONDS = 0.0127;
  private static final double SEQUENCE_SECONDS = 0.0003;
  private static final double CONTEXT_TOKEN_SECONDS = 131_072 / 1.555e12;
  private static final double TOKEN_SECONDS = 0.000094;

  /**
   * One step.
   *
   * @param sequences that get a token or a piece of their prompt worked off
   * @param tokens that are computed
   * @param contextTokens that are read
   * @return nanoseconds
   */
  long stepNanos(int sequences, int tokens, long contextTokens) {
    double seconds =
        Math.max(WEIGHTS_SECONDS, tokens * TOKEN_SECONDS)
            + sequences * SEQUENCE_SECONDS
            + contextTokens * CONTEXT_TOKEN_SECONDS;
    return Math.round(seconds * slowness * 1e9);
  }
}
