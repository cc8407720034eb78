package dev.kedge.route.tier;

import java.util.Optional;

/** Languages that their script, or single letters of it, tell. */
final class Script {
  private Script() {}

  /** Where most letters are of a script that is not Latin. */
  static Optional<String> language(String text) {
    int latin = 0;
    int kana = 0;
    int han = 0;
    int hangul = 0;
    int cyrillic = 0;
    int greek = 0;
    int hebrew = 0;
    int arabic = 0;
    int thai = 0;
    int devanagari = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x250) {
        if (Character.isLetter(c)) latin++;
      } else if (c >= 0x370 && c < 0x400) greek++;
      else if (c >= 0x400 && c < 0x530) cyrillic++;
      else if (c >= 0x590 && c < 0x600) hebrew++;
      else if (c >= 0x600 && c < 0x780) arabic++;
      else if (c >= 0x900 && c < 0x980) devanagari++;
      else if (c >= 0xe00 && c < 0xe80) thai++;
      else if (c >= 0x3040 && c < 0x3100) kana++;
      else if (c >= 0x3400 && c < 0xa000) han++;
      else if (c >= 0xac00 && c < 0xd7b0) hangul++;
    }
    // One sign of these scripts says as much as several Latin letters.
    int dense = kana + han + hangul;
    if (2 * dense > latin && dense >= 2) {
      if (hangul > kana + han) return Optional.of("ko");
      return Optional.of(10 * kana >= dense ? "ja" : "zh");
    }
    int least = Math.max(3, latin);
    if (cyrillic > least) return Optional.of(cyrillic(text));
    if (greek > least) return Optional.of("el");
    if (hebrew > least) return Optional.of("he");
    if (arabic > least) return Optional.of(holds(text, "پچژگک") ? "fa" : "ar");
    if (thai > least) return Optional.of("th");
    if (devanagari > least) return Optional.of("hi");
    return Optional.empty();
  }

  private static String cyrillic(String text) {
    if (holds(text, "іїєґІЇЄҐ")) return "uk";
    return !holds(text, "ыэёЫЭЁ") && holds(text, "ъЪ") ? "bg" : "ru";
  }

  private static boolean holds(String text, String letters) {
    for (int i = 0; i < text.length(); i++) {
      if (letters.indexOf(text.charAt(i)) >= 0) return true;
    }
    return false;
  }
}
