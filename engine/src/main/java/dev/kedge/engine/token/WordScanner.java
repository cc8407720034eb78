package dev.kedge.engine.token;

import java.util.function.IntPredicate;

/**
 * The two families of regular expressions that byte-level vocabularies are trained with, written as
 * scanners. GPT-2's, {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|
 * \s+(?!\S)|\s+}, and that of GPT-4's tokenizer, which Llama 3 and Qwen 2 use with different
 * lengths of numbers: {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,n}|
 * ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}. Unicode's simple case folding applies, so
 * that {@code ſ} counts as an s.
 *
 * @param digits most characters in a number of the newer family; 0 selects GPT-2's expression
 */
record WordScanner(int digits) implements PreTokenizer {
  @Override
  public void split(String text, int from, int to, Words words) {
    int at = from;
    while (at < to) {
      int end = digits == 0 ? gpt2(text, at, to) : gpt4(text, at, to);
      words.accept(at, end);
      at = end;
    }
  }

  private static int gpt2(String text, int at, int to) {
    int contraction = contraction(text, at, to, false);
    if (contraction > at) return contraction;
    int body = text.charAt(at) == ' ' ? at + 1 : at;
    if (body < to) {
      int first = point(text, body, to);
      if (CharacterKind.isLetter(first)) return run(text, body, to, CharacterKind::isLetter);
      if (CharacterKind.isNumber(first)) return run(text, body, to, CharacterKind::isNumber);
      if (CharacterKind.isOther(first)) return run(text, body, to, CharacterKind::isOther);
    }
    return spaces(at, run(text, at, to, CharacterKind::isSpace), to);
  }

  private int gpt4(String text, int at, int to) {
    int contraction = contraction(text, at, to, true);
    if (contraction > at) return contraction;
    int first = point(text, at, to);
    if (CharacterKind.isLetter(first)) return run(text, at, to, CharacterKind::isLetter);
    if (CharacterKind.isNumber(first)) return number(text, at, to);
    int second = at + Character.charCount(first);
    if (!CharacterKind.isLineBreak(first)
        && second < to
        && CharacterKind.isLetter(point(text, second, to))) {
      return run(text, second, to, CharacterKind::isLetter);
    }
    int body = first == ' ' ? at + 1 : at;
    if (body < to && CharacterKind.isOther(point(text, body, to))) {
      int end = run(text, body, to, CharacterKind::isOther);
      return run(text, end, to, CharacterKind::isLineBreak);
    }
    return whiteSpace(text, at, to);
  }

  /** {@code \s*[\r\n]+|\s+(?!\S)|\s+} at a space. */
  static int whiteSpace(String text, int at, int to) {
    int end = run(text, at, to, CharacterKind::isSpace);
    for (int i = end - 1; i >= at; i--) {
      if (CharacterKind.isLineBreak(text.charAt(i))) return i + 1;
    }
    return spaces(at, end, to);
  }

  private int number(String text, int at, int to) {
    int end = at;
    for (int i = 0; i < digits && end < to; i++) {
      int point = point(text, end, to);
      if (!CharacterKind.isNumber(point)) break;
      end += Character.charCount(point);
    }
    return end;
  }

  /** A run of spaces leaves its last one to the word that follows it. */
  private static int spaces(int at, int end, int to) {
    return end == to || end == at + 1 ? end : end - 1;
  }

  /** The end of an English contraction that begins at {@code at}, or {@code at}. */
  private static int contraction(String text, int at, int to, boolean anyCase) {
    if (text.charAt(at) != '\'' || at + 1 >= to) return at;
    char first = fold(text.charAt(at + 1), anyCase);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
    if (at + 2 >= to) return at;
    char second = fold(text.charAt(at + 2), anyCase);
    boolean ends =
        (first == 'r' && second == 'e')
            || (first == 'v' && second == 'e')
            || (first == 'l' && second == 'l');
    return ends ? at + 3 : at;
  }

  private static char fold(char c, boolean anyCase) {
    if (!anyCase) return c;
    if (c == 'ſ') return 's';
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }

  static int run(String text, int at, int to, IntPredicate kind) {
    int end = at;
    while (end < to) {
      int point = point(text, end, to);
      if (!kind.test(point)) break;
      end += Character.charCount(point);
    }
    return end;
  }

  /** The code point at {@code at}; a pair that {@code to} cuts is read as its first half. */
  static int point(String text, int at, int to) {
    return at + 1 < to ? text.codePointAt(at) : text.charAt(at);
  }
}
