package dev.kedge.engine.token;

import dev.kedge.engine.weights.FormatException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Finds tokens that are written out in a text: of those that begin at the leftmost place the
 * longest wins. Patterns lie in one sorted array, in which each further character of the text
 * narrows a range by binary search, so that no vocabulary can make the search large: time is at
 * most text length × {@value #LONGEST} × log(patterns), memory that of the array. Immutable.
 */
final class SpecialTokens {
  /** Most characters of a pattern. */
  static final int LONGEST = 256;

  private final String[] patterns;
  private final int[] ids;
  private final boolean[] control;
  private final BitSet firstCharacters = new BitSet();

  /**
   * A token that is found in texts.
   *
   * @param text what is looked for, 1 to {@value SpecialTokens#LONGEST} characters
   * @param id the token
   * @param control whether it is found only where text is trusted
   */
  record Pattern(String text, int id, boolean control) {}

  /** Receives the parts of a text in order. */
  interface Parts {
    /** A run of plain text, {@code text[from, to)}, not empty. */
    void text(int from, int to);

    /** A token. */
    void token(int id);
  }

  SpecialTokens(List<Pattern> unsorted) {
    List<Pattern> sorted = new ArrayList<>(unsorted);
    sorted.sort(Comparator.comparing(Pattern::text));
    patterns = new String[sorted.size()];
    ids = new int[sorted.size()];
    control = new boolean[sorted.size()];
    for (int i = 0; i < patterns.length; i++) {
      Pattern pattern = sorted.get(i);
      String text = pattern.text();
      if (text.isEmpty() || text.length() > LONGEST) {
        throw new FormatException(
            -1,
            "token %d is matched in texts and has %d characters; 1 to %d were expected"
                .formatted(pattern.id(), text.length(), LONGEST));
      }
      patterns[i] = text;
      ids[i] = pattern.id();
      control[i] = pattern.control();
      firstCharacters.set(text.charAt(0));
    }
  }

  /**
   * Cuts a text at its special tokens.
   *
   * @param trusted the characters in which control tokens are looked for; others are found anywhere
   */
  void partition(String text, BitSet trusted, Parts parts) {
    int plain = 0;
    int at = 0;
    while (at < text.length()) {
      int found = firstCharacters.get(text.charAt(at)) ? match(text, at, trusted) : -1;
      if (found < 0) {
        at++;
        continue;
      }
      if (plain < at) parts.text(plain, at);
      parts.token(ids[found]);
      at += patterns[found].length();
      plain = at;
    }
    if (plain < at) parts.text(plain, at);
  }

  /** The longest pattern that begins at {@code at}, or -1. */
  private int match(String text, int at, BitSet trusted) {
    int low = 0;
    int high = patterns.length;
    int best = -1;
    int trustedEnd = -1;
    for (int depth = 0; at + depth < text.length(); depth++) {
      char c = text.charAt(at + depth);
      low = lowerBound(low, high, depth, c);
      high = lowerBound(low, high, depth, c + 1);
      if (low == high) break;
      int end = at + depth + 1;
      if (patterns[low].length() == depth + 1) {
        if (control[low] && trustedEnd < 0) trustedEnd = trusted.nextClearBit(at);
        if (!control[low] || end <= trustedEnd) best = low;
      }
    }
    return best;
  }

  /** The first pattern of a range that shares a prefix whose next character is not below. */
  private int lowerBound(int from, int to, int depth, int character) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int c = patterns[middle].length() > depth ? patterns[middle].charAt(depth) : -1;
      if (c < character) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
