package dev.kedge.engine.token;

/**
 * Cuts a text into the words (pre-tokens) across which byte-level BPE never merges. The words cover
 * the text without gaps. Time is linear in the text and no call recurses per character, whatever
 * the text: the reference regular expressions are written out as scanners.
 */
@FunctionalInterface
interface PreTokenizer {
  /** Hands the words of {@code text[from, to)} to {@code words} in order. */
  void split(String text, int from, int to, Words words);

  /** Receives the words of a text. */
  @FunctionalInterface
  interface Words {
    /** The word {@code text[from, to)}, not empty. */
    void accept(int from, int to);
  }

  /** Splits every word of this one again; each word is seen by itself. */
  default PreTokenizer then(PreTokenizer next) {
    return (text, from, to, words) ->
        split(text, from, to, (start, end) -> next.split(text, start, end, words));
  }
}
