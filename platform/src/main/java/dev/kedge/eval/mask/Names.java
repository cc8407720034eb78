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
  static final String WORD = "[\\p{Lu}][\\p{L}\\p{M}'’.-]{0,40}+";

  /* The name itself: one to four capitalised words, with particles between. */
  static final String NAME =
      "((?:"
          + WORD
          + ")(?:[ \\t]+(?:(?:van|von|de|der|den|da|di|del|la|le|bin|al|el|ter|zu)[ \\t]+){0,2}"
          + WORD
          + "){0,3})";

  private static final Pattern TITLES =
      Pattern.compile(
          "(?:(?i:mr|mrs|ms|miss|mister|dr|prof|sir|herrn?|frau|mme|sra?)\\.?[ \\t]+){1,3}");

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
              + "dear|hi|hello|hey|hallo|bonjour|hola|ciao|buongiorno|servus|moin|good"
              + " (?:morning|afternoon|evening|day)|guten"
              + " (?:tag|morgen|abend)|liebe[r]?|cher|chère|estimad[oa]|caro|cara|"
              + "partner|wife|husband|son|daughter|mother|father|brother|sister|friend|colleague|directed"
              + " by|written"
              + " by|author|regards,?|sincerely,?|cheers,?|yours,?|thanks,|gr(?:ü|ue)(?:ß|ss)e,?|gru(?:ß|ss),?))["
              + " \\t\\r\\n]+(?!(?i:the|a|an)\\b)"
              + NAME);

  /* San Francisco and St. Louis are places. */
  private static final Pattern FULL =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}'’-])(?<!\\b(?:San|Santa|Los|Las|Saint|St|Sankt|Fort|Lake|Port|Mount)\\.?"
              + " )"
              + NAME);

  private static final int MOST_REPEATED = 20;

  /* People who write without any capital write names so, too; only after the surest cues. */
  private static final String SMALL_NAME =
      "([\\p{Ll}'’-]{2,30}+(?:[ \\t]+(?:(?:van|von|de|der|den|da|di|del|la|le|bin|al|el|ten)["
          + " \\t]+){0,2}[\\p{Ll}'’-]{2,30}+)?)";
  private static final Pattern SMALL =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?:my name is|name:|your name\\?|mr\\.?|mrs\\.?|ms\\.?|herr|frau|mein"
              + " name ist|ich"
              + " hei(?:ß|ss)e|(?:partner|wife|husband|son|daughter|boss|mother|father|friend)'?s"
              + " name(?: is)?|named (?:him|her)|directed by|written by)[ \\t]+"
              + SMALL_NAME
              + "|(?<=[\"”'],?) (?:says|said) ([\\p{Ll}'’-]{2,30}+)(?=[.,])");

  /* The name before what is told of it. */
  private static final Pattern SMALL_BEFORE =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}'’-])(([\\p{Ll}'’-]{2,30}+) ([\\p{Ll}'’-]{2,30}+))(?= as (?:an? |my"
              + " |the |our )?(?:guardian|beneficiary|co-?signer|joint|authori[sz]ed|account"
              + " holder|owner|driver|heir|trustee|signatory)\\b| (?:points out|grew"
              + " up|graduated)\\b)");

  private static final Pattern SMALL_SURNAME =
      Pattern.compile(
          "[ \\t](?:(?:van|von|de|der|den|da|di|del|la|le|bin|al|el|ten)["
              + " \\t]+){0,2}([\\p{Ll}'’-]{3,30}+)(?![\\p{L}\\p{N}@_])");

  private static final Pattern SMALL_WORDS =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}@._-])(?<!(?:\\bsan|\\blos|\\bsanta|\\bst) )([\\p{Ll}]{4,30}+)"
              + "(?![\\p{L}\\p{N}@_])");

  /* A line of two words: the second one is the surname. */
  private static final Pattern SMALL_LINE =
      Pattern.compile("(?m)^[ \\t?*•-]{0,6}(([\\p{Ll}]{3,30}+) [\\p{Ll}'’-]{2,30}+)[ \\t]*$");

  private static final Set<String> SUFFIX =
      Set.of("II", "III", "IV", "JR", "SR", "MD", "DDS", "DVM", "PHD", "ESQ", "CPA");

  private Names() {}

  /** Told where a name may stand. */
  interface Found {
    /** The name begins at {@code begin}; words that are none are cut off its end. */
    void at(int begin, String name);
  }

  /**
   * @param all what was found by its form; names are added
   */
  static void find(String text, List<PersonalSpan> all) {
    List<String> names = new ArrayList<>();
    Found found = (begin, name) -> add(begin, name, all, names);
    cued(TITLED.matcher(text), found);
    cued(INTRODUCED.matcher(text), found);
    NamesInContext.lines(text, List.copyOf(all), found);
    NamesInContext.find(text, found);
    given(text, found);
    if (text.equals(text.toLowerCase(Locale.ROOT))) small(text, all, names);
    for (String name : names) repeat(text, name, all);
  }

  private static void add(int begin, String name, List<PersonalSpan> all, List<String> names) {
    Matcher titles = TITLES.matcher(name);
    int from = titles.lookingAt() ? titles.end() : 0;
    String plain = trimmed(name.substring(from));
    if (plain.isEmpty()) return;
    int start = begin + from;
    all.add(new PersonalSpan(PersonalKind.NAME, start, start + plain.length()));
    if (names.size() < MOST_REPEATED) names.add(plain);
  }

  private static void cued(Matcher matcher, Found found) {
    while (matcher.find()) found.at(matcher.start(1), matcher.group(1));
  }

  /** Given names that are hardly ever anything else, with the capitalised words behind them. */
  private static void given(String text, Found found) {
    Matcher words = FULL.matcher(text);
    int from = 0;
    while (words.find(from)) {
      String name = trimmed(words.group(1));
      String[] parts = name.split("[ \\t]+", -1);
      boolean known =
          GivenNames.sure(parts[0])
              || (parts.length > 1
                  && GivenNames.withSurname(parts[0])
                  && !behindArticle(text, words.start(1)));
      if (known) found.at(words.start(1), name);
      // Another name may begin inside of words that were none, but each word is looked at once.
      from = words.start(1) + Math.max(1, known ? name.length() : firstWord(words.group(1)));
    }
  }

  /** In a text without capitals: behind the surest cues, and given names of four letters. */
  private static void small(String text, List<PersonalSpan> all, List<String> names) {
    Matcher cued = SMALL.matcher(text);
    while (cued.find()) {
      int group = cued.group(1) == null ? 2 : 1;
      add(cued.start(group), cued.group(group), all, names);
    }
    Matcher before = SMALL_BEFORE.matcher(text);
    while (before.find()) {
      boolean name = !OrdinaryWords.small(before.group(2)) && !OrdinaryWords.small(before.group(3));
      if (name) add(before.start(1), before.group(1), all, names);
    }
    Matcher words = SMALL_WORDS.matcher(text);
    while (words.find()) {
      if (!GivenNames.sure(words.group(1))) continue;
      Matcher surname = SMALL_SURNAME.matcher(text).region(words.end(1), text.length());
      boolean two =
          surname.lookingAt()
              && !OrdinaryWords.small(surname.group(1))
              && !surname.group(1).matches(".*(?:ing|ed|ly)");
      int end = two ? surname.end(1) : words.end(1);
      add(words.start(1), text.substring(words.start(1), end), all, names);
    }
    Matcher line = SMALL_LINE.matcher(text);
    while (line.find()) {
      if (GivenNames.sure(line.group(2))) add(line.start(1), line.group(1), all, names);
    }
  }

  private static boolean behindArticle(String text, int begin) {
    String before = text.substring(Math.max(0, begin - 5), begin).toLowerCase(Locale.ROOT);
    return before.endsWith("the ") || before.endsWith(" a ") || before.endsWith(" an ");
  }

  private static int firstWord(String text) {
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) end++;
    return end;
  }

  /** Up to the first word that is no name, without punctuation at the end; III and MD belong. */
  private static String trimmed(String name) {
    int end = 0;
    Matcher words = Pattern.compile("[^ \\t]+").matcher(name);
    while (words.find()) {
      String word = words.group();
      String plain = word.replaceAll("[.'’-]+$", "");
      if (OrdinaryWords.never(plain) || OrdinaryWords.small(plain)) break;
      if (shouted(plain) && !(end > 0 && SUFFIX.contains(plain))) break;
      boolean initial = plain.length() == 1 && word.endsWith(".");
      end = words.start() + (initial ? word.length() : plain.length());
      if (!initial && word.endsWith(".")) break;
    }
    String cut = name.substring(0, end).replaceAll("['’]s$", "");
    return cut.chars().filter(Character::isLetter).count() < 2 ? "" : cut;
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
