package dev.kedge.eval.score.instruct;

import java.util.Locale;
import java.util.Set;

/**
 * How many sentences a text has, by the decisions of Kiss and Strunk, "Unsupervised Multilingual
 * Sentence Boundary Detection" (Computational Linguistics 32, 2006), which the published program
 * makes with a trained model. Instead of the model stand two word lists of our own: abbreviations,
 * and words that hardly have a capital but at the beginning of a sentence.
 *
 * <p>The last mark of a word ends a sentence if white space or other punctuation is behind it.
 * Behind an abbreviation, several dots or an initial it does so only where a word of the second
 * list follows with a capital, behind a number unless a small letter follows. What is put apart by
 * nothing but lines is one sentence.
 */
final class Sentences {
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "inc", "ltd", "co", "corp", "bros", "jr",
          "sr", "gen", "col", "lt", "maj", "adm", "sen", "rep", "messrs", "ave", "u.s", "u.k",
          "u.n", "u.s.a", "a.m", "p.m", "ph.d", "a.d", "d.c", "n.y", "l.a", "jan", "feb", "aug",
          "sep", "sept", "oct", "nov", "dec", "tues", "wed", "fri", "calif", "fla", "mich", "ft",
          "yr", "ok", "ill", "wash");

  private static final Set<String> STARTERS =
      Set.of(
          "although",
          "both",
          "but",
          "despite",
          "did",
          "does",
          "finally",
          "he",
          "her",
          "here",
          "however",
          "i",
          "if",
          "in",
          "indeed",
          "instead",
          "it",
          "many",
          "meanwhile",
          "moreover",
          "most",
          "please",
          "since",
          "so",
          "some",
          "still",
          "such",
          "thank",
          "thanks",
          "the",
          "them",
          "there",
          "therefore",
          "these",
          "they",
          "this",
          "though",
          "thus",
          "were",
          "when",
          "which",
          "while",
          "yes",
          "yet",
          "your");

  /* Letters that are rarely an initial. */
  private static final String RARE = "abijoquxyz";

  private Sentences() {}

  static int count(String text) {
    int count = 0;
    int from = 0;
    int at = 0;
    int last = text.length();
    while (last > 0 && Blanks.is(text.charAt(last - 1))) last--;
    while (at < last) {
      int end = at;
      while (end < last && !Blanks.is(text.charAt(end))) end++;
      int mark = mark(text, at, end, end < last);
      if (mark >= 0 && ends(text, at, mark)) {
        int behind = mark + 1;
        while (behind < end && "\"')]}".indexOf(text.charAt(behind)) >= 0) behind++;
        if (!Blanks.only(text.substring(from, behind))) count++;
        from = behind;
      }
      at = end + 1;
    }
    return from >= last ? count : count + 1;
  }

  /** The last mark of a word behind which something can begin, or -1. */
  private static int mark(String text, int begin, int end, boolean more) {
    for (int i = end - 1; i >= begin; i--) {
      char c = text.charAt(i);
      if (c != '.' && c != '!' && c != '?') continue;
      boolean open = i + 1 == end ? more : ")\";}]*:@'({[!?".indexOf(text.charAt(i + 1)) >= 0;
      if (open) return i;
    }
    return -1;
  }

  private static boolean ends(String text, int begin, int mark) {
    if (text.charAt(mark) != '.') return true;
    int start = begin;
    while (start < mark && "\"'([{*_“‘".indexOf(text.charAt(start)) >= 0) start++;
    String word = text.substring(start, mark).toLowerCase(Locale.ROOT);
    String next = next(text, mark + 1);
    boolean capital = !next.isEmpty() && Character.isUpperCase(next.charAt(0));
    boolean starter = capital && STARTERS.contains(next.toLowerCase(Locale.ROOT));
    if (word.endsWith(".")) return starter;
    if (word.length() == 1 && Character.isLetter(word.charAt(0))) {
      return RARE.contains(word) && starter;
    }
    if (!word.isEmpty() && word.chars().allMatch(c -> ".,0123456789".indexOf(c) >= 0)) {
      return next.isEmpty() || !Character.isLowerCase(next.charAt(0));
    }
    String last = word.substring(word.lastIndexOf('-') + 1);
    return starter || !(ABBREVIATIONS.contains(word) || ABBREVIATIONS.contains(last));
  }

  /** The next word, in its own letters. */
  private static String next(String text, int from) {
    int begin = from;
    while (begin < text.length() && !Character.isLetterOrDigit(text.charAt(begin))) begin++;
    int end = begin;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) end++;
    return text.substring(begin, end);
  }
}
