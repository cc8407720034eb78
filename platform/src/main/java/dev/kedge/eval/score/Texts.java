package dev.kedge.eval.score;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Texts as scorers compare them. */
final class Texts {
  private static final Pattern NOT_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");
  private static final String FENCE = "```";

  private Texts() {}

  /** Lower case without accents; letters and digits alone, words apart by one blank. */
  static String normalised(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "");
    return NOT_WORDS.matcher(plain.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
  }

  /** One blank for any white space, none at the ends. */
  static String spaced(String text) {
    return SPACES.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll(" ").strip();
  }

  /** What stands in a Markdown fence, where the whole text is one fence; otherwise the text. */
  static String unfenced(String text) {
    String bare = text.strip();
    int head = bare.indexOf('\n');
    if (!bare.startsWith(FENCE) || !bare.endsWith(FENCE) || head < 0) return text;
    int tail = bare.length() - FENCE.length();
    return tail <= head ? text : bare.substring(head + 1, tail);
  }
}
