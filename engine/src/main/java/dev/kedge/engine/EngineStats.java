package dev.kedge.engine;

/**
 * A snapshot of an engine's counters.
 *
 * @param running sequences in the forward pass
 * @param waiting requests that wait for a place, interrupted ones included
 * @param cacheTokensUsed positions of the key-value cache that running sequences use, shared ones
 *     once
 * @param cacheTokens positions of the key-value cache
 * @param forwardPasses so far
 * @param promptTokens computed or found in the cache so far, each once
 * @param generatedTokens so far
 * @param cachedPromptTokens of the prompt tokens, those found in the cache
 * @param cacheTokensKept positions that keep beginnings of former texts until memory is needed
 * @param preemptions how often a sequence was interrupted for want of memory or for a more urgent
 *     one
 * @param sequences that run at the same time: what was asked for, or fewer where memory has no room
 * @param fullSequences of these, those that the cache holds when all have their full length
 * @param cacheTokensHeld positions of the cache that have memory by now: more comes when it is
 *     needed, and stays
 * @param cacheBytesHeld its size
 */
public record EngineStats(
    int running,
    int waiting,
    long cacheTokensUsed,
    long cacheTokens,
    long forwardPasses,
    long promptTokens,
    long generatedTokens,
    long cachedPromptTokens,
    long cacheTokensKept,
    long preemptions,
    int sequences,
    int fullSequences,
    long cacheTokensHeld,
    long cacheBytesHeld) {
  EngineStats withWaiting(int requests) {
    return new EngineStats(
        running,
        requests,
        cacheTokensUsed,
        cacheTokens,
        forwardPasses,
        promptTokens,
        generatedTokens,
        cachedPromptTokens,
        cacheTokensKept,
        preemptions,
        sequences,
        fullSequences,
        cacheTokensHeld,
        cacheBytesHeld);
  }
}
