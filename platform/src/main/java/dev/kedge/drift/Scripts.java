package dev.kedge.drift;

import java.util.EnumMap;
import java.util.Map;

/** In which script an answer is written: the one of most of its letters. */
final class Scripts {
  static final String LATIN = "Latin";
  private static final int LEAST_LETTERS = 8;

  private Scripts() {}

  /** A language where the script tells it, else the script; empty where there are few letters. */
  static String of(Words words) {
    Map<Character.UnicodeScript, Integer> counts = new EnumMap<>(Character.UnicodeScript.class);
    int letters = 0;
    for (int i = 0; i < words.size(); i++) {
      if (!words.isWord(i, false) || words.isWord(i, true)) continue;
      String word = words.word(i);
      int length = word.codePointCount(0, word.length());
      counts.merge(Character.UnicodeScript.of(word.codePointAt(0)), length, Integer::sum);
      letters += length;
    }
    if (letters < LEAST_LETTERS) return "";
    // Japanese is written with kana among Han signs.
    int kana =
        counts.getOrDefault(Character.UnicodeScript.HIRAGANA, 0)
            + counts.getOrDefault(Character.UnicodeScript.KATAKANA, 0);
    if (10 * kana > letters) return "Japanese";
    Character.UnicodeScript most = Character.UnicodeScript.COMMON;
    for (Map.Entry<Character.UnicodeScript, Integer> one : counts.entrySet()) {
      if (one.getValue() > counts.getOrDefault(most, 0)) most = one.getKey();
    }
    return switch (most) {
      case LATIN -> LATIN;
      case HAN -> "Chinese";
      case HANGUL -> "Korean";
      case GREEK -> "Greek";
      case HEBREW -> "Hebrew";
      case THAI -> "Thai";
      case COMMON, INHERITED, UNKNOWN -> "";
      default -> {
        String name = most.name();
        yield name.charAt(0)
            + name.substring(1).toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
            + " script";
      }
    };
  }
}
