package dev.kedge.wire;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What both kinds of completion have in common.
 *
 * @param maxTokens tokens of the answer, where the client limits them
 * @param temperature 0 to 2
 * @param topK most probable tokens kept, 0 for all
 * @param topP above 0, at most 1
 * @param minP 0 to 1
 * @param repetitionPenalty 1 is off
 * @param presencePenalty -2 to 2
 * @param frequencyPenalty -2 to 2
 * @param seed where the client fixes it
 * @param stop texts that end the answer
 * @param choices answers per prompt
 * @param topLogprobs -1: none; otherwise how many alternatives per token
 * @param ignoreEos goes on past the end of the text, for measurements
 * @param stream whether chunks are sent as they arise
 * @param includeUsage whether the stream ends with a chunk of token counts
 */
public record GenerationSettings(
    OptionalInt maxTokens,
    float temperature,
    int topK,
    float topP,
    float minP,
    float repetitionPenalty,
    float presencePenalty,
    float frequencyPenalty,
    OptionalLong seed,
    List<String> stop,
    int choices,
    int topLogprobs,
    boolean ignoreEos,
    boolean stream,
    boolean includeUsage) {
  public GenerationSettings {
    stop = List.copyOf(stop);
  }
}
