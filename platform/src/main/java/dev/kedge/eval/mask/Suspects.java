package dev.kedge.eval.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What masking left and a person should look at: words with a capital that begin no sentence, and
 * long numbers. Most of it is harmless; whatever is missed among names, places and numbers is in
 * here, but for what is written in small letters.
 */
public final class Suspects {
  private static final String WORD = "\\p{Lu}[\\p{L}\\p{M}'’-]{1,30}+";
  private static final Pattern FOUND =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?:"
              + WORD
              + "(?: (?:(?:van|von|de|der|den|da|di|del|la|of) )?"
              + WORD
              + "){0,3}|[0-9][0-9 ./-]{4,18}[0-9])(?![\\p{L}\\p{N}])");

  private Suspects() {}

  /** Of a text that was not masked yet, in its order. */
  public static List<String> find(String text) {
    List<PersonalSpan> masked = PersonalSpans.find(text);
    List<String> found = new ArrayList<>();
    Matcher matcher = FOUND.matcher(text);
    while (matcher.find()) {
      PersonalSpan here = new PersonalSpan(PersonalKind.NAME, matcher.start(), matcher.end());
      if (masked.stream().anyMatch(here::overlaps)) continue;
      String one = matcher.group();
      boolean word = Character.isLetter(one.charAt(0));
      if (word && opens(text, matcher.start())) one = one.contains(" ") ? one : "";
      if (word && OrdinaryWords.never(one)) continue;
      if (!one.isEmpty()) found.add(one);
    }
    return found;
  }

  /** Whether a sentence or a line begins here, where every word has a capital. */
  private static boolean opens(String text, int at) {
    int before = at - 1;
    while (before >= 0 && " \t\"'“‘(*-".indexOf(text.charAt(before)) >= 0) before--;
    return before < 0 || ".!?:\n\r".indexOf(text.charAt(before)) >= 0;
  }
}
