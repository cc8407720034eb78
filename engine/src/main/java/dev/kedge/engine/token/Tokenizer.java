package dev.kedge.engine.token;

import java.util.List;
import java.util.OptionalInt;

/** Text to token ids and back, exactly as the model was trained. Immutable and thread-safe. */
public interface Tokenizer {
  /**
   * Encodes a text.
   *
   * @param text any text, unpaired surrogates are read as U+FFFD
   * @param addSpecial whether to add what the vocabulary asks for around a text (beginning-of-text
   *     token and the like)
   * @param parseSpecial whether control tokens written out in the text (such as {@code <|im_end|>})
   *     become that token; pass false for text that comes from users
   */
  int[] encode(String text, boolean addSpecial, boolean parseSpecial);

  /**
   * Encodes a rendered chat: control tokens are recognised in template text, never in text that
   * users wrote. Adds no beginning-of-text token if the first piece already begins with it.
   */
  int[] encodeChat(List<ChatPiece> pieces);

  /**
   * The bytes that a token stands for: empty for control tokens. A character may span several
   * tokens.
   */
  byte[] bytes(int token);

  /** The text of these tokens without control tokens; malformed UTF-8 becomes U+FFFD. */
  String decode(int[] tokens);

  /** The token as the vocabulary spells it, control tokens included, e.g. {@code <|im_end|>}. */
  String spelling(int token);

  int vocabularySize();

  /** The beginning-of-text token. */
  OptionalInt beginningOfText();

  /** The end-of-text token. */
  OptionalInt endOfText();

  /** Whether generation ends at this token (end of text, end of turn). */
  boolean isEndOfGeneration(int token);

  /** Whether the vocabulary marks this token as control (or it stands for no text). */
  boolean isControl(int token);
}
