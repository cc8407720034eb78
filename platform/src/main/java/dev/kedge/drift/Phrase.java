package dev.kedge.drift;

/**
 * Words and marks in a row.
 *
 * @param hashes of each
 * @param text as it stands in an answer, in one line
 */
record Phrase(long[] hashes, String text) {
  /** Where it begins in a text, at or after a place; -1 if it is not there. */
  int in(Words words, int from) {
    for (int i = from; i + hashes.length <= words.size(); i++) {
      if (words.hash(i) == hashes[0] && isAt(words, i)) return i;
    }
    return -1;
  }

  private boolean isAt(Words words, int start) {
    for (int k = 1; k < hashes.length; k++) {
      if (words.hash(start + k) != hashes[k]) return false;
    }
    return true;
  }

  /** Whether an answer holds it. */
  boolean isIn(Words words) {
    return in(words, 0) >= 0;
  }
}
