package dev.kedge.eval.score;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a target answered to one case.
 *
 * @param text the answer; for a choice among given continuations the chosen one
 * @param finish why it ended, as in OpenAI's API; {@code error} where there is no answer
 * @param promptTokens as counted by the target
 * @param completionTokens as counted by the target
 * @param firstTokenMs from sending to the first text
 * @param totalMs from sending to the end
 * @param fingerprint what the target said about itself with this answer; may be empty
 * @param likelihoods natural log-probabilities of given continuations, where those were asked for
 * @param error why there is no answer; empty if there is one
 * @param nth among the calls that its run made of the target, from 1: the first ones may find a
 *     cold engine; absent where nobody counted
 */
public record Reply(
    String text,
    String finish,
    int promptTokens,
    int completionTokens,
    double firstTokenMs,
    double totalMs,
    String fingerprint,
    List<Double> likelihoods,
    String error,
    OptionalInt nth) {
  public Reply {
    likelihoods = List.copyOf(likelihoods);
  }

  /** A reply that nobody counted. */
  public Reply(
      String text,
      String finish,
      int promptTokens,
      int completionTokens,
      double firstTokenMs,
      double totalMs,
      String fingerprint,
      List<Double> likelihoods,
      String error) {
    this(
        text,
        finish,
        promptTokens,
        completionTokens,
        firstTokenMs,
        totalMs,
        fingerprint,
        likelihoods,
        error,
        OptionalInt.empty());
  }

  /** The same as the n-th of its run, from 1. */
  public Reply asNth(long n) {
    return new Reply(
        text,
        finish,
        promptTokens,
        completionTokens,
        firstTokenMs,
        totalMs,
        fingerprint,
        likelihoods,
        error,
        OptionalInt.of(Math.clamp(n, 1, Integer.MAX_VALUE)));
  }

  /** A call that gave no answer. */
  public static Reply failed(String error, double totalMs) {
    return new Reply("", "error", 0, 0, 0, totalMs, "", List.of(), error);
  }

  /** An answer of which only the text matters. */
  public static Reply of(String text) {
    return new Reply(text, "stop", 0, 0, 0, 0, "", List.of(), "");
  }

  /** Whether there is an answer. */
  public boolean answered() {
    return error.isEmpty();
  }
}
