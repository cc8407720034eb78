package dev.kedge.eval.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of people, told by what stands before them: a title, a greeting, an introduction, the end
 * of a letter. What was found once is found everywhere in the same text. A name without any cue is
 * not found: without knowledge of names, every capital would be one.
 */
final class Names {
  private static final String WORD = "[\\p{Lu}][\\p{L}\\p{M}'’.-]{0,40}+";

  /* The name itself: one to four capitalised words, with particles between. */
  private static final String NAME =
      "((?:"
          + WORD
          + ")(?:[ \\t]+(?:(?:van|von|de|der|den|da|di|del|la|le|bin|al|el|ter|zu)[ \\t]+){0,2}"
          + WORD
          + "){0,3})";

  private static final Pattern TITLED =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?:(?i:mr|mrs|ms|miss|mister|dr|prof|sir|madam|herrn?|frau|monsieur|"
              + "madame|mme|mlle|señora?|sra?|signora?|dhr|mevrouw|mevr)\\.?[ \\t]+){1,3}"
              + NAME);

  private static final Pattern INTRODUCED =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?:(?i:(?:my|her|his|their|partner'?s|wife'?s|husband'?s|full|last|first|maiden|account|holder|customer|contact)["
              + " \\t]+name(?:[ \\t]+is|:)?|name:|i'm|i am|this is|call me|named|called|mein name"
              + " ist|ich hei(?:ß|ss)e|ich bin|je m'appelle|me llamo|mi chiamo|mi nombre"
              + " es|signed(?: by)?|attn\\.?:?|c/o|"
              + "dear|hi|hello|hey|hallo|liebe[r]?|cher|chère|estimad[oa]|caro|cara|"
              + "partner|wife|husband|son|daughter|mother|father|brother|sister|friend|colleague|directed"
              + " by|written"
              + " by|author|regards,?|sincerely,?|cheers,?|yours,?|thanks,|gr(?:ü|ue)(?:ß|ss)e,?|gru(?:ß|ss),?))["
              + " \\t\\r\\n]+(?!(?i:the|a|an)\\b)"
              + NAME);

  private static final Pattern FULL = Pattern.compile("(?<![\\p{L}\\p{N}'’-])" + NAME);

  private static final int MOST_REPEATED = 20;

  /* People who write without any capital write names so, too; only after the surest cues. */
  private static final Pattern SMALL =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?:my name is|name:|mr\\.?|mrs\\.?|ms\\.?|herr|frau|mein name ist|"
              + "ich hei(?:ß|ss)e)[ \\t]+([\\p{Ll}'’-]{2,30}+(?:[ \\t]+[\\p{Ll}'’-]{2,30}+)?)");

  /* Words that begin with a capital behind a cue and are no names. */
  private static final Set<String> NOT =
      Set.of(
          "i",
          "i'm",
          "i’m",
          "i've",
          "i’ve",
          "i'd",
          "i'll",
          "a",
          "all",
          "am",
          "and",
          "any",
          "as",
          "at",
          "can",
          "could",
          "customer",
          "customers",
          "do",
          "does",
          "everybody",
          "everyone",
          "folks",
          "for",
          "from",
          "hello",
          "hi",
          "how",
          "if",
          "in",
          "is",
          "it",
          "it's",
          "kedge",
          "ladies",
          "madam",
          "my",
          "no",
          "not",
          "of",
          "ok",
          "on",
          "our",
          "please",
          "service",
          "sir",
          "sirs",
          "so",
          "support",
          "team",
          "thank",
          "thanks",
          "that",
          "the",
          "there",
          "they",
          "this",
          "to",
          "under",
          "was",
          "we",
          "what",
          "when",
          "where",
          "which",
          "who",
          "why",
          "will",
          "with",
          "would",
          "yes",
          "you",
          "your",
          "damen",
          "herren",
          "dr",
          "mr",
          "mrs",
          "ms",
          "miss",
          "mister",
          "prof",
          "herr",
          "frau",
          "monsieur",
          "madame",
          "kunde",
          "kunden",
          "monday",
          "tuesday",
          "wednesday",
          "thursday",
          "friday",
          "saturday",
          "sunday",
          "january",
          "february",
          "march",
          "april",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december");

  private Names() {}

  static void find(String text, List<PersonalSpan> all) {
    List<String> found = new ArrayList<>();
    found(TITLED.matcher(text), all, found);
    found(INTRODUCED.matcher(text), all, found);
    given(text, all, found);
    if (text.equals(text.toLowerCase(Locale.ROOT))) found(SMALL.matcher(text), all, found);
    for (String name : found) repeat(text, name, all);
  }

  /** Given names that are hardly ever anything else, with the capitalised words behind them. */
  private static void given(String text, List<PersonalSpan> all, List<String> names) {
    Matcher words = FULL.matcher(text);
    int from = 0;
    while (words.find(from)) {
      String name = trimmed(words.group(1));
      String first = name.split("[ \\t]+", -1)[0];
      boolean known = !name.isEmpty() && GivenNames.ALL.contains(first.toLowerCase(Locale.ROOT));
      if (known) {
        int begin = words.start(1);
        all.add(new PersonalSpan(PersonalKind.NAME, begin, begin + name.length()));
        if (names.size() < MOST_REPEATED) names.add(name);
      }
      // Another name may begin inside of words that were none, but each word is looked at once.
      from = words.start(1) + Math.max(1, known ? name.length() : firstWord(words.group(1)));
    }
  }

  private static int firstWord(String text) {
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) end++;
    return end;
  }

  private static void found(Matcher matcher, List<PersonalSpan> all, List<String> names) {
    while (matcher.find()) {
      String name = trimmed(matcher.group(1));
      if (name.isEmpty()) continue;
      all.add(
          new PersonalSpan(PersonalKind.NAME, matcher.start(1), matcher.start(1) + name.length()));
      if (names.size() < MOST_REPEATED) names.add(name);
    }
  }

  /** Up to the first word that is no name, without punctuation at the end. */
  private static String trimmed(String name) {
    int end = 0;
    Matcher words = Pattern.compile("[^ \\t]+").matcher(name);
    while (words.find()) {
      String word = words.group();
      String plain = word.replaceAll("[.'’-]+$", "");
      if (NOT.contains(plain.toLowerCase(Locale.ROOT)) || shouted(plain)) break;
      boolean initial = plain.length() == 1 && word.endsWith(".");
      end = words.start() + (initial ? word.length() : plain.length());
      if (!initial && word.endsWith(".")) break;
    }
    String cut = name.substring(0, end).replaceAll("['’]s$", "");
    return cut.length() < 2 ? "" : cut;
  }

  /** Capitals throughout are a way to speak, not a name. */
  private static boolean shouted(String word) {
    return word.length() > 1 && word.equals(word.toUpperCase(Locale.ROOT));
  }

  /** The other places where a name or its last word stands alone. */
  private static void repeat(String text, String name, List<PersonalSpan> all) {
    String[] words = name.split("[ \\t]+", -1);
    List<String> wanted = new ArrayList<>(List.of(name));
    if (words.length > 1) wanted.addAll(List.of(words[0], words[words.length - 1]));
    for (String word : wanted) {
      if (word.length() > 2) PersonalSpans.places(text, word, PersonalKind.NAME, all);
    }
  }
}
