package dev.kedge.call;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How an answer is drawn. Absent: the caller did not say, and the answering side's default holds.
 *
 * @param maxTokens tokens of the answer, 1 or more
 * @param temperature 0 to 2
 * @param topK most probable tokens kept, 1 or more
 * @param topP above 0, at most 1
 * @param minP 0 to 1
 * @param repetitionPenalty 1 is off
 * @param presencePenalty -2 to 2
 * @param frequencyPenalty -2 to 2
 * @param stop texts that end the answer
 * @param choices answers per prompt, 1 or more
 * @param topLogprobs -1: none; otherwise how many alternatives per token
 * @param ignoreEos goes on past the end of the text, for measurements
 */
public record Settings(
    OptionalInt maxTokens,
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP,
    OptionalDouble minP,
    OptionalDouble repetitionPenalty,
    OptionalDouble presencePenalty,
    OptionalDouble frequencyPenalty,
    OptionalLong seed,
    List<String> stop,
    int choices,
    int topLogprobs,
    boolean ignoreEos) {
  public Settings {
    stop = List.copyOf(stop);
  }
}
