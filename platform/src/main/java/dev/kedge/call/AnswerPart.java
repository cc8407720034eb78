package dev.kedge.call;

import java.util.Optional;

/**
 * What an answer delivers: parts of its choices in any interleaving, each choice ended by one
 * {@link Finish}, and at the very last one {@link End}. An answer that cannot be completed throws
 * instead, so that no broken answer looks like a whole one.
 *
 * <p>A choice's index runs over all prompts: {@code prompt * choicesPerPrompt + choice}.
 */
public sealed interface AnswerPart {
  /**
   * Words of the answer.
   *
   * @param text possibly empty, where a token completes no character
   * @param score the token, if log-probabilities were asked for
   */
  record Text(int choice, String text, Optional<TokenScore> score) implements AnswerPart {}

  /**
   * Words of the model's thinking.
   *
   * @param signature of Anthropic's, empty but at the end
   */
  record Reasoning(int choice, String text, String signature) implements AnswerPart {}

  /** Words of a refusal, where the answering side tells them apart. */
  record Refusal(int choice, String text) implements AnswerPart {}

  /**
   * A call of a tool begins.
   *
   * @param call 0 for the first of the choice
   */
  record ToolCall(int choice, int call, String id, String name) implements AnswerPart {}

  /** The next piece of the JSON text of a call's arguments. */
  record ToolArguments(int choice, int call, String json) implements AnswerPart {}

  /**
   * A choice is complete.
   *
   * @param stop the stop text that ended it, where it is known
   */
  record Finish(int choice, AnswerEnd reason, Optional<String> stop) implements AnswerPart {}

  /**
   * The vector of one input.
   *
   * @param input its index
   */
  record Vector(int input, float[] values) implements AnswerPart {}

  /**
   * One whole event of a stream in the caller's own API, to be sent as it stands, line ends and
   * closing blank line included.
   *
   * @param tokens how many tokens of the answer it carries, as far as that can be seen: 0 or 1
   */
  record Frame(byte[] bytes, int tokens) implements AnswerPart {}

  /** The whole body of an answer in the caller's own API, to be sent as it stands. */
  record Body(byte[] bytes) implements AnswerPart {}

  /** Nothing follows. */
  record End(TokenCounts tokens) implements AnswerPart {}
}
