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
  /** Nothing said: one answer, drawn as the answering side does by default. */
  public static final Settings UNSET =
      new Settings(
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          List.of(),
          1,
          -1,
          false);

  public Settings {
    stop = List.copyOf(stop);
  }

  public Settings withMaxTokens(int tokens) {
    return new Settings(
        OptionalInt.of(tokens),
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        seed,
        stop,
        choices,
        topLogprobs,
        ignoreEos);
  }

  public Settings withTemperature(double value) {
    return new Settings(
        maxTokens,
        OptionalDouble.of(value),
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        seed,
        stop,
        choices,
        topLogprobs,
        ignoreEos);
  }
}
