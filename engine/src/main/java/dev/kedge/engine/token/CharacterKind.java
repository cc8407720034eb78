package dev.kedge.engine.token;

/** The classes of characters that the reference regular expressions of pre-tokenizers ask for. */
final class CharacterKind {
  private static final int LETTERS =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER;
  private static final int NUMBERS =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;
  private static final int PUNCTUATION =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION;

  private static final int CASELESS =
      1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER
          | 1 << Character.NON_SPACING_MARK
          | 1 << Character.ENCLOSING_MARK
          | 1 << Character.COMBINING_SPACING_MARK;
  private static final int LARGE =
      CASELESS | 1 << Character.UPPERCASE_LETTER | 1 << Character.TITLECASE_LETTER;
  private static final int SMALL = CASELESS | 1 << Character.LOWERCASE_LETTER;

  private CharacterKind() {}

  /** {@code \p{L}}. */
  static boolean isLetter(int codePoint) {
    return (LETTERS >> Character.getType(codePoint) & 1) != 0;
  }

  /** {@code [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]}. */
  static boolean isLargeOrCaseless(int codePoint) {
    return (LARGE >> Character.getType(codePoint) & 1) != 0;
  }

  /** {@code [\p{Ll}\p{Lm}\p{Lo}\p{M}]}. */
  static boolean isSmallOrCaseless(int codePoint) {
    return (SMALL >> Character.getType(codePoint) & 1) != 0;
  }

  /** {@code \p{N}}. */
  static boolean isNumber(int codePoint) {
    return (NUMBERS >> Character.getType(codePoint) & 1) != 0;
  }

  /** {@code \p{P}}. */
  static boolean isPunctuation(int codePoint) {
    return (PUNCTUATION >> Character.getType(codePoint) & 1) != 0;
  }

  /** {@code \s} as Unicode's White_Space property; all such characters are single chars. */
  static boolean isSpace(int codePoint) {
    return switch (codePoint) {
      case ' ', '\t', '\n', 0x0B, '\f', '\r', 0x85, 0xA0, 0x1680, 0x2028, 0x2029 -> true;
      case 0x202F, 0x205F, 0x3000 -> true;
      default -> codePoint >= 0x2000 && codePoint <= 0x200A;
    };
  }

  /** {@code [\r\n]}. */
  static boolean isLineBreak(int codePoint) {
    return codePoint == '\r' || codePoint == '\n';
  }

  /** {@code [^\s\p{L}\p{N}]}. */
  static boolean isOther(int codePoint) {
    return !isLetter(codePoint) && !isNumber(codePoint) && !isSpace(codePoint);
  }
}
