package dev.kedge.engine;

/**
 * A snapshot of an engine's counters.
 *
 * @param running sequences in the forward pass
 * @param waiting requests that wait for a place
 * @param cacheTokensUsed positions of the key-value cache in use
 * @param cacheTokens positions of the key-value cache
 * @param forwardPasses so far
 * @param promptTokens processed so far
 * @param generatedTokens so far
 */
public record EngineStats(
    int running,
    int waiting,
    long cacheTokensUsed,
    long cacheTokens,
    long forwardPasses,
    long promptTokens,
    long generatedTokens) {}
