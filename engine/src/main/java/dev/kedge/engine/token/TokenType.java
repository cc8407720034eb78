package dev.kedge.engine.token;

import dev.kedge.engine.weights.FormatException;

/** What a token is for, as {@code tokenizer.ggml.token_type} and SentencePiece number it. */
enum TokenType {
  NORMAL(1),
  UNKNOWN(2),
  /** Stands for no text; users cannot write it. */
  CONTROL(3),
  /** Found in texts as a whole, before anything is merged. */
  USER_DEFINED(4),
  UNUSED(5),
  /** One byte of a character that no other token spells. */
  BYTE(6);

  private static final TokenType[] BY_CODE = values();
  private final int code;

  TokenType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The type of this number; 0 is read as ordinary, as other readers do. */
  static TokenType of(int code, int token) {
    if (code == 0) return NORMAL;
    if (code > 0 && code <= BY_CODE.length) return BY_CODE[code - 1];
    throw new FormatException(
        -1,
        "tokenizer.ggml.token_type of token %d is %d; 1 to 6 was expected".formatted(token, code));
  }

  /** Whether the token stands for no text. */
  boolean silent() {
    return this == CONTROL || this == UNKNOWN;
  }
}
