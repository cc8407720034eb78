package dev.kedge.call;

import dev.kedge.base.KedgeException;

/** Texts as tokens of one model and back. Thread-safe. */
public interface TokenCodec {
  /**
   * The tokens of a text.
   *
   * @param special whether the tokens are added that the model wants around a text
   */
  int[] encode(String text, boolean special);

  /**
   * The tokens of a conversation and the opening of its next message.
   *
   * @throws KedgeException Invalid where the model cannot take it
   */
  int[] encode(ChatRequest request);

  /**
   * The text of tokens; bytes that are no characters become U+FFFD.
   *
   * @throws KedgeException Invalid for a token that the model does not have
   */
  String decode(int[] tokens);

  /** Longest prompt plus answer, in tokens. */
  int contextLength();
}
