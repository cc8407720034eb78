package dev.kedge.eval;

import java.time.Duration;

/**
 * What came back for one case.
 *
 * @param text the answer
 * @param finish why it ended, as in OpenAI's API: {@code stop}, {@code length}; {@code error} for a
 *     failed call
 * @param promptTokens as counted by the model
 * @param completionTokens as counted by the model
 * @param duration from request to last token
 * @param error what failed; empty if nothing did
 */
public record Answer(
    String text,
    String finish,
    int promptTokens,
    int completionTokens,
    Duration duration,
    String error) {
  /** A call that gave no answer. */
  public static Answer failed(String error, Duration duration) {
    return new Answer("", "error", 0, 0, duration, error);
  }
}
