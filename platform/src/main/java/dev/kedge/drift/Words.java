package dev.kedge.drift;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * The words and marks of a text, with where sentences end.
 *
 * <p>A word is a run of letters, digits and combining marks, with apostrophes and hyphens between
 * letters and points and commas between digits; in scripts that set no blanks every sign is a word
 * of its own. Everything else but white space is a mark, one code point each. A sentence ends at a
 * line break, and at {@code . ! ? …} before white space. The text is compared composed (NFC) and as
 * it is otherwise: case and kind of quotation mark count. Of longer texts only the first {@value
 * #MOST_CHARACTERS} characters are read. Immutable but for the mask, which its owner sets.
 */
final class Words {
  static final int MOST_CHARACTERS = 100_000;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final String text;
  private int[] starts = new int[32];
  private int[] ends = new int[32];
  private long[] hashes = new long[32];
  private int[] sentences = new int[32];
  private int size;
  private int sentence;

  private Words(String text) {
    this.text = text;
  }

  static Words of(String said) {
    String clipped = said;
    if (said.length() > MOST_CHARACTERS) {
      int end = Character.isHighSurrogate(said.charAt(MOST_CHARACTERS - 1)) ? 1 : 0;
      clipped = said.substring(0, MOST_CHARACTERS - end);
    }
    boolean composed = Normalizer.isNormalized(clipped, Normalizer.Form.NFC);
    Words words =
        new Words(composed ? clipped : Normalizer.normalize(clipped, Normalizer.Form.NFC));
    words.read();
    return words;
  }

  private void read() {
    boolean ended = false;
    boolean blank = true;
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int width = Character.charCount(c);
      if (isBlank(c)) {
        if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029) sentence++;
        else if (ended) sentence++;
        ended = false;
        blank = true;
        at += width;
        continue;
      }
      int end = isWord(c) && !standsAlone(c) ? wordEnd(at) : at + width;
      add(at, end);
      boolean closing = !blank && isClosing(c);
      ended = isEnd(c) || (ended && closing);
      blank = false;
      at = end;
    }
    starts = Arrays.copyOf(starts, size);
    ends = Arrays.copyOf(ends, size);
    hashes = Arrays.copyOf(hashes, size);
    sentences = Arrays.copyOf(sentences, size);
  }

  private static boolean isBlank(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static boolean isWord(int c) {
    if (c == '_' || Character.isLetterOrDigit(c)) return true;
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  /** Scripts without blanks between words. */
  private static boolean standsAlone(int c) {
    if (c < 0x0E00) return false;
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR, TIBETAN -> true;
      default -> false;
    };
  }

  private static boolean isEnd(int c) {
    return switch (c) {
      case '.', '!', '?', '…', '。', '！', '？', '؟', '۔', '।' -> true;
      default -> false;
    };
  }

  private static boolean isClosing(int c) {
    if (c == '"' || c == '\'' || c == '*' || c == '_') return true;
    int type = Character.getType(c);
    return type == Character.END_PUNCTUATION
        || type == Character.FINAL_QUOTE_PUNCTUATION
        || type == Character.INITIAL_QUOTE_PUNCTUATION;
  }

  private int wordEnd(int from) {
    int at = from;
    int last = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int width = Character.charCount(c);
      if (isWord(c) && !standsAlone(c)) {
        last = c;
        at += width;
      } else if (at + 1 < text.length() && joins(last, c, text.codePointAt(at + 1))) {
        at += width;
      } else {
        break;
      }
    }
    return at;
  }

  private static boolean joins(int before, int mark, int after) {
    return switch (mark) {
      case '\'', '’', '-', '‐' -> Character.isLetter(before) && Character.isLetter(after);
      case '.', ',' -> Character.isDigit(before) && Character.isDigit(after);
      default -> false;
    };
  }

  private void add(int start, int end) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
      hashes = Arrays.copyOf(hashes, 2 * size);
      sentences = Arrays.copyOf(sentences, 2 * size);
    }
    starts[size] = start;
    ends[size] = end;
    long hash = (long) end - start;
    for (int i = start; i < end; i++) hash = (hash ^ text.charAt(i)) * MIX;
    hashes[size] = mixed(hash);
    sentences[size] = sentence;
    size++;
  }

  /** Spreads the bits of a number over all 64 (the finisher of SplitMix64). */
  static long mixed(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The hash of a phrase that is one word longer. */
  static long longer(long phrase, long word) {
    return mixed(phrase * MIX + word);
  }

  /** How many words and marks. */
  int size() {
    return size;
  }

  /** Equal words have equal hashes. */
  long hash(int word) {
    return hashes[word];
  }

  /** The number of the sentence that holds the word. */
  int sentence(int word) {
    return sentences[word];
  }

  /** The word itself. */
  String word(int word) {
    return text.substring(starts[word], ends[word]);
  }

  /** Whether it is a word and no mark. */
  boolean isWord(int word, boolean digits) {
    int c = text.codePointAt(starts[word]);
    return digits ? Character.isDigit(c) : isWord(c);
  }

  /** The text from one word to another, both included, in one line. */
  String span(int first, int last) {
    return text.substring(starts[first], ends[last]).replaceAll("\\s+", " ");
  }
}
