package dev.kedge.backend;

import dev.kedge.engine.Sampling;
import java.util.List;
import java.util.OptionalInt;

/**
 * One answer asked of a {@link Backend}.
 *
 * @param maxTokens at most this many tokens; absent: up to the end of the context
 * @param sampling how tokens are drawn, the seed included
 * @param stop texts that end the answer
 * @param topLogprobs -1: none; otherwise how many alternatives per token
 * @param ignoreEos goes on past the end of the text, for measurements
 */
public record Call(
    Prompt prompt,
    OptionalInt maxTokens,
    Sampling sampling,
    List<String> stop,
    int topLogprobs,
    boolean ignoreEos) {
  public Call {
    stop = List.copyOf(stop);
  }
}
