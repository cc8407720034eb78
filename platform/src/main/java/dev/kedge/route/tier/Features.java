package dev.kedge.route.tier;

/**
 * What the classifier sees of a text.
 *
 * <p>The text is normalised: lower case, every digit 0, white space one blank. From it come words,
 * pairs of neighbouring words, and runs of {@value #SHORTEST_RUN} to {@value #LONGEST_RUN}
 * characters. Each is hashed to one of 2^18 slots and a sign (Weinberger et al. 2009), so that
 * collisions cancel out on average and no vocabulary has to be kept. Words count 1/sqrt(number of
 * words), runs likewise: a long text weighs as much as a short one. {@link Structure} adds what
 * letters do not show.
 *
 * <p>Of a text beyond {@value #MOST} characters only beginning and end are seen: time and memory
 * are bounded. One object per text, for one thread.
 */
final class Features {
  static final int SLOTS = 1 << 18;
  static final int SLOT_MASK = SLOTS - 1;
  static final int DIMENSIONS = SLOTS + Structure.COUNT;
  static final int MOST = 4096;
  private static final int SHORTEST_RUN = 3;
  private static final int LONGEST_RUN = 5;
  private static final int WORD_SEED = 0x2c1b3c6d;
  private static final int PAIR_SEED = 0x297a2d39;
  private static final int RUN_SEED = 0x1b56c4e9;

  /** Normalised, with a blank at both ends. */
  private final char[] text;

  private final int length;
  private final float[] structure;

  Features(String source) {
    String seen =
        source.length() <= MOST
            ? source
            : source.substring(0, MOST / 2) + source.substring(source.length() - MOST / 2);
    this.structure = Structure.of(seen, source.length());
    this.text = new char[seen.length() + 2];
    this.length = normalise(seen, text);
  }

  private static int normalise(String source, char[] text) {
    int at = 0;
    text[at++] = ' ';
    for (int i = 0; i < source.length(); i++) {
      char c = plain(source.charAt(i));
      if (c != ' ' || text[at - 1] != ' ') text[at++] = c;
    }
    if (text[at - 1] != ' ') text[at++] = ' ';
    return at;
  }

  private static char plain(char c) {
    if (c >= 'a' && c <= 'z') return c;
    if (c >= 'A' && c <= 'Z') return (char) (c + 32);
    if (c >= '0' && c <= '9') return '0';
    if (c < 128) return c <= ' ' || c == 127 ? ' ' : c;
    if (Character.isWhitespace(c) || Character.isSpaceChar(c)) return ' ';
    return Character.isDigit(c) ? '0' : Character.toLowerCase(c);
  }

  /** Numbers that describe the form of the text, {@link Structure#COUNT} of them. */
  float[] structure() {
    return structure;
  }

  /** A piece of the normalised text. */
  String piece(int from, int to) {
    return new String(text, from, to - from);
  }

  /** Hands over words, pairs and runs in the order of their ends. */
  void scan(FeatureSink sink) {
    scanWords(sink);
    scanRuns(sink);
  }

  private void scanWords(FeatureSink sink) {
    int previous = 0;
    int previousFrom = -1;
    int i = 0;
    while (i < length) {
      char c = text[i];
      if (!isWordPart(c)) {
        i++;
        continue;
      }
      int from = i;
      int hash = WORD_SEED;
      if (isIdeograph(c)) {
        hash = step(hash, c);
        i++;
      } else {
        while (i < length && isWordPart(text[i]) && !isIdeograph(text[i])) {
          hash = step(hash, text[i++]);
        }
      }
      sink.word(mix(hash), from, i);
      if (previousFrom >= 0) sink.word(mix(step(previous ^ PAIR_SEED, hash)), previousFrom, i);
      previous = hash;
      previousFrom = from;
    }
  }

  private void scanRuns(FeatureSink sink) {
    int last = length - SHORTEST_RUN;
    for (int i = 0; i <= last; i++) {
      int hash = step(step(step(RUN_SEED, text[i]), text[i + 1]), text[i + 2]);
      sink.run(mix(hash), i, i + SHORTEST_RUN);
      int end = Math.min(length, i + LONGEST_RUN);
      for (int j = i + SHORTEST_RUN; j < end; j++) {
        hash = step(hash, text[j]);
        sink.run(mix(hash), i, j + 1);
      }
    }
  }

  private static boolean isWordPart(char c) {
    if (c < 128) return (c >= 'a' && c <= 'z') || c == '0';
    return Character.isLetterOrDigit(c);
  }

  /** Scripts without blanks between words: each sign stands for itself. */
  private static boolean isIdeograph(char c) {
    return c >= 0x3040 && (c <= 0x30ff || (c >= 0x3400 && c <= 0x9fff));
  }

  private static int step(int hash, int value) {
    return (hash ^ value) * 0x9e3779b1 + 0x7f4a7c15;
  }

  /** Spreads all bits over all bits; both multipliers are odd, so that nothing is lost. */
  private static int mix(int hash) {
    int h = hash;
    h = (h ^ (h >>> 15)) * 0x2c9277b5;
    h = (h ^ (h >>> 13)) * 0x5f356495;
    return h ^ (h >>> 16);
  }

  /** 1 or -1. */
  static float sign(int hash) {
    return 1 - ((hash >>> 30) & 2);
  }
}
