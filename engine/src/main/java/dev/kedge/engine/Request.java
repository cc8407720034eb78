package dev.kedge.engine;

import java.util.List;
import java.util.Optional;

/**
 * What to generate.
 *
 * @param prompt token ids, at least one
 * @param maxTokens at most this many tokens are generated, at least 1
 * @param sampling how tokens are drawn
 * @param stop texts at which generation ends; they are not part of the answer
 * @param topLogprobs -1: no log-probabilities; 0: of the chosen token; n: also of the n most
 *     probable ones, at most 20
 * @param ignoreEndOfText goes on past end-of-generation tokens, for measurements
 * @param constraint what the answer must look like
 * @param urgency how it stands to others; the answer does not depend on it
 * @param scope with whose requests it may share what was computed for equal beginnings: those of
 *     the same scope. How soon the first token comes tells whether somebody of the scope sent the
 *     same beginning before
 */
public record Request(
    int[] prompt,
    int maxTokens,
    Sampling sampling,
    List<String> stop,
    int topLogprobs,
    boolean ignoreEndOfText,
    Optional<AnswerConstraint> constraint,
    Urgency urgency,
    String scope) {
  public Request {
    if (prompt.length == 0) throw new IllegalArgumentException("the prompt is empty");
    if (maxTokens < 1)
      throw new IllegalArgumentException("max_tokens must be 1 or more, not " + maxTokens);
    if (topLogprobs < -1 || topLogprobs > 20) {
      throw new IllegalArgumentException("top_logprobs must be from 0 to 20, not " + topLogprobs);
    }
    prompt = prompt.clone();
    stop = List.copyOf(stop);
    if (stop.stream().anyMatch(String::isEmpty))
      throw new IllegalArgumentException("a stop text is empty");
    if (ignoreEndOfText && constraint.isPresent()) {
      throw new IllegalArgumentException(
          "an answer that must look a certain way ends where it is complete; do not ignore its"
              + " end");
    }
  }

  /** A request like any other. */
  public Request(
      int[] prompt,
      int maxTokens,
      Sampling sampling,
      List<String> stop,
      int topLogprobs,
      boolean ignoreEndOfText,
      Optional<AnswerConstraint> constraint) {
    this(
        prompt,
        maxTokens,
        sampling,
        stop,
        topLogprobs,
        ignoreEndOfText,
        constraint,
        Urgency.NORMAL,
        "");
  }

  /** A request for free text. */
  public Request(
      int[] prompt,
      int maxTokens,
      Sampling sampling,
      List<String> stop,
      int topLogprobs,
      boolean ignoreEndOfText) {
    this(prompt, maxTokens, sampling, stop, topLogprobs, ignoreEndOfText, Optional.empty());
  }

  /** The same request, its answer held to a form. */
  public Request with(AnswerConstraint form) {
    return new Request(
        prompt,
        maxTokens,
        sampling,
        stop,
        topLogprobs,
        ignoreEndOfText,
        Optional.of(form),
        urgency,
        scope);
  }

  /** The same request, more or less urgent. */
  public Request with(Urgency other) {
    return new Request(
        prompt, maxTokens, sampling, stop, topLogprobs, ignoreEndOfText, constraint, other, scope);
  }

  /** The same request in another scope. */
  public Request within(String other) {
    return new Request(
        prompt,
        maxTokens,
        sampling,
        stop,
        topLogprobs,
        ignoreEndOfText,
        constraint,
        urgency,
        other);
  }

  /** A request without stop texts and log-probabilities. */
  public static Request of(int[] prompt, int maxTokens, Sampling sampling) {
    return new Request(prompt, maxTokens, sampling, List.of(), -1, false);
  }
}
