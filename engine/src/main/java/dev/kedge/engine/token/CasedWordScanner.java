package dev.kedge.engine.token;

import static dev.kedge.engine.token.WordScanner.point;
import static dev.kedge.engine.token.WordScanner.run;

/**
 * The regular expression of Mistral's newer vocabularies ("tekken") as a scanner. With U = {@code
 * [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]} and L = {@code [\p{Ll}\p{Lm}\p{Lo}\p{M}]}, which share caseless
 * letters and marks, it is {@code [^\r\n\p{L}\p{N}]?U*L+|[^\r\n\p{L}\p{N}]?U+L*|\p{N}|
 * ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+}: words begin anew at a capital after a small
 * letter.
 */
record CasedWordScanner() implements PreTokenizer {
  @Override
  public void split(String text, int from, int to, Words words) {
    int at = from;
    while (at < to) {
      int end = next(text, at, to);
      words.accept(at, end);
      at = end;
    }
  }

  private static int next(String text, int at, int to) {
    int first = point(text, at, to);
    boolean prefix =
        !CharacterKind.isLineBreak(first)
            && !CharacterKind.isLetter(first)
            && !CharacterKind.isNumber(first);
    int behind = prefix ? at + Character.charCount(first) : at;
    int word = endingSmall(text, behind, to);
    if (word < 0 && prefix) word = endingSmall(text, at, to);
    if (word < 0) word = beginningLarge(text, behind, to);
    if (word < 0 && prefix) word = beginningLarge(text, at, to);
    if (word >= 0) return word;
    if (CharacterKind.isNumber(first)) return at + Character.charCount(first);
    int body = first == ' ' ? at + 1 : at;
    if (body < to && CharacterKind.isOther(point(text, body, to))) {
      int end = run(text, body, to, CharacterKind::isOther);
      return run(text, end, to, c -> CharacterKind.isLineBreak(c) || c == '/');
    }
    return WordScanner.whiteSpace(text, at, to);
  }

  /* U*L+, or -1. Where no small letter follows, the last caseless one of the run is the L+. */
  private static int endingSmall(String text, int at, int to) {
    int upper = run(text, at, to, CharacterKind::isLargeOrCaseless);
    if (upper < to && CharacterKind.isSmallOrCaseless(point(text, upper, to))) {
      return run(text, upper, to, CharacterKind::isSmallOrCaseless);
    }
    for (int end = upper; end > at; ) {
      int last = end - at > 1 ? text.codePointBefore(end) : text.charAt(end - 1);
      if (CharacterKind.isSmallOrCaseless(last)) return end;
      end -= Character.charCount(last);
    }
    return -1;
  }

  /* U+L*, or -1. */
  private static int beginningLarge(String text, int at, int to) {
    int upper = run(text, at, to, CharacterKind::isLargeOrCaseless);
    return upper == at ? -1 : run(text, upper, to, CharacterKind::isSmallOrCaseless);
  }
}
