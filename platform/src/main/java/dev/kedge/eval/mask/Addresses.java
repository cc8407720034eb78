package dev.kedge.eval.mask;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Postal addresses: a street with its number, a post-office box, a postal code with its place, or
 * what stands behind "address:" and the like and has a number. Around such a core, flat, place,
 * code and country belong to it. A street without number and a place alone are not found.
 */
final class Addresses {
  private static final String LEFT = "(?<![\\p{L}\\p{N}])";
  private static final String RIGHT = "(?![\\p{L}\\p{N}])";
  private static final String CAPITAL = "\\p{Lu}[\\p{L}\\p{M}.'’-]{0,30}+";
  private static final String NUMBER = "[0-9]{1,5}(?:[ ]?[A-Za-z](?![\\p{L}]))?(?:[/-][0-9]{1,4})?";

  private static final String UNIT =
      "(?i:apartment|apt|suite|ste|unit|flat|floor|room|box|whg|wohnung|etage|piso|int)"
          + "\\.?[ ]?#?[0-9]{1,5}[A-Za-z]?";

  /* What is hardly said of anything else. */
  private static final String ALONE =
      "(?i:apartment|apt|suite|wohnung|whg)\\.?[ ]?#?[0-9]{1,4}[A-Za-z]?";

  /* Words that end the name of a street in English. */
  private static final String STREET =
      "(?i:street|st|road|rd|avenue|ave|av|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|"
          + "square|sq|way|terrace|close|crescent|parkway|pkwy|highway|hwy|row|gardens|mews|circle|"
          + "loop|trail|alley|walk|quay|wharf)";

  /* Words that begin it in other languages, and endings that make one. */
  private static final String KIND =
      "(?:(?i:via|viale|vicolo|piazza|corso|largo|rue|avenue|boulevard|chemin|impasse|allée|"
          + "calle|c/|avenida|avda|plaza|paseo|camino|carrera|rua|praça|travessa|ul\\.|ulica|al\\.|aleja|plac|trg|ulitsa)|Place|Am|An"
          + " der|Auf der|Alte[rn]?|Neue[rn]?|Untere|Obere|Große|Kleine)";
  private static final String JOINED =
      "(?:\\p{L}[\\p{L}.'’-]{1,28})(?i:stra(?:ß|ss)e|strasse|str\\.|weg|platz|allee|gasse|damm|ufer|"
          + "steig|chaussee|stieg|straat|weg|laan|plein|gracht|kade|steenweg|gade|vej|gatan|v(?:ä|a)gen|"
          + "gata|veien|vegen|katu|tie|utca|ulica)";

  private static final String STREETS =
      LEFT
          + "(?:"
          // 12 Long Acre Road; 4589 40th Street
          + NUMBER
          + ",? (?:(?:"
          + CAPITAL
          + "|[0-9]{1,3}(?:st|nd|rd|th)|of|the|de|la) ){1,4}"
          + STREET
          + "\\b\\.?"
          // Hauptstraße 12, machelsesteenweg 197, Kurze Straße 3
          + "|(?:"
          + JOINED
          + "|(?:"
          + CAPITAL
          + " ){1,2}(?i:stra(?:ß|ss)e|weg|platz|allee|ring|gasse|straat|road|street)) "
          + NUMBER
          + "|"
          + NUMBER
          + ",? (?:"
          + JOINED
          + ")"
          // via Goffredo Mameli 149, 114 rue Sidi
          + "|"
          + KIND
          + " (?:[\\p{L}][\\p{L}\\p{M}.'’-]{0,30} ){1,4}"
          + NUMBER
          + "|"
          + NUMBER
          + ",? "
          + KIND
          + "(?: [\\p{L}][\\p{L}\\p{M}.'’-]{1,30}){1,3}"
          // P.O. Box 101; Postfach 12
          + "|(?i:p\\.? ?o\\.? box|post office box|postfach|apartado|bo[iî]te postale|postbus)"
          + " [0-9]{1,6}"
          + "|PSC [0-9]{3,5}(?:, (?i:box) [0-9]{1,5})?"
          + "|(?:(?i:US(?:S|NS|CGC|NV)) [\\p{L}'’-]{2,20}\\s{1,2})?"
          + "(?i:APO|FPO|DPO) (?i:A[AEP]) [0-9]{5}(?:-[0-9]{4})?"
          // Király u. 23
          + "|(?:"
          + CAPITAL
          + " ){1,3}u\\. ?[0-9]{1,4}"
          + ")"
          + RIGHT;

  /* Forms of postal codes that are hardly anything else; the second group is a place with one. */
  private static final String CODES =
      LEFT
          + "(?:[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}" // United Kingdom
          + "|[ABCEGHJ-NPRSTVXY][0-9][A-Z] ?[0-9][A-Z][0-9]" // Canada
          + "|[1-9][0-9]{3} [A-Z]{2}(?=[ ,\\n]+\\p{Lu})" // Netherlands
          + "|"
          + CAPITAL
          + "(?: "
          + CAPITAL
          + "){0,2},? [A-Z]{2},? [0-9]{5}(?:-[0-9]{4})?" // United States
          + "|(?:D|A|CH|F|I|E|B|L)-[0-9]{4,5} "
          + CAPITAL
          + ")"
          + RIGHT;

  /* A street by its name alone, but for those that stand for something else. */
  private static final String NAMED =
      LEFT
          + "(?!(?:Wall|Sesame|Fleet|Main|High|Every|Each|Street|The) )(?:"
          + CAPITAL
          + " ){1,3}(?:Street|Avenue|Boulevard|Lane|Crescent|Parkway)\\b"
          + "|"
          + LEFT
          + "\\p{Lu}\\p{L}{3,28}(?:straße|strasse|gasse|allee|straat|gracht|utca|gatan|vägen)"
          + RIGHT;

  /* Where two streets meet. */
  private static final String CORNER =
      LEFT
          + "(?:(?i:the )?(?i:corner|intersection|crossing) of (?:[^.?!\\n:;]|\\.(?="
          + " ?\\p{Lu})){3,60}? (?:and|&|with) (?:[\\p{L}0-9.'’-]{1,30}"
          + " ){0,4}?|\\p{Lu}[\\p{L}\\p{M}.'’-]{2,30} and (?:[0-9]{1,4}"
          + " )?(?:\\p{Lu}[\\p{L}\\p{M}.'’-]{0,30} ){1,4}(?=[A-Z0-9]))"
          + "(?:(?i:street|road|avenue|ave|boulevard|blvd|lane|drive)\\b\\.?|[0-9]{1,4}"
          + RIGHT
          + ")";

  /* Behind a word for where: names and a number, and then a place or a flat. */
  private static final String PLACED =
      "(?<=(?:\\b(?:at|to|in|on|is|from|near|,|with|and)|[:,?*•>]) |^|\\n"
          + " ?|\\n>)(?:[0-9]{1,4} )?(?!(?i:"
          + "january|february|march|april|may|june|july|august|september|october|november|december|"
          + "monday|tuesday|wednesday|thursday|friday|saturday|sunday|page|chapter|section|version|"
          + "article|windows|iphone|room|gate|flight|order|invoice|ticket|level|grade|question|item|the|a|an|it|my|your)\\b)(?:\\p{Lu}[\\p{L}\\p{M}.'’-]{0,30}"
          + " ){1,4}[0-9]{1,4}[A-Za-z]?(?=,[ ]?\\n?[ ]?\\p{Lu}[\\p{L}\\p{M}-]{2,}|,?[ ]?\\n["
          + " ,]{0,3}(?:"
          + UNIT
          + "|\\p{Lu})|,? "
          + UNIT
          + "| (?:\\p{Lu}[\\p{L}\\p{M}.'’-]{1,30} ){1,3}(?:Street|Avenue|Road)\\b)";

  private static final Pattern CORE =
      Pattern.compile(
          "(?:" + STREETS + ")|(?:" + CODES + ")|(?:" + CORNER + ")|(?:" + PLACED + ")|" + LEFT
              + ALONE + RIGHT);
  private static final Pattern NAMED_STREET = Pattern.compile(NAMED);

  /* What may stand before and behind a core: house or flat number, code, place, country. */
  private static final String ORDINARY =
      "(?!(?:Please|Thanks|Thank|Can|Could|I|My|The|Call|Is|We|It|And|But|If|When|What|How)\\b)";
  private static final String PIECE =
      "(?:"
          + UNIT
          + "(?:,? "
          + ORDINARY
          + CAPITAL
          + "(?: "
          + ORDINARY
          + CAPITAL
          + "){0,3})?"
          // a line of its own with a code behind, in capitals or not; or the line above such a one
          + "|(?<=\\n ?)[\\p{L}\\p{M} .'’-]{2,40}(?: [0-9]{4,6}(?=[ \\t]*(?:\\n|$))"
          + "|(?=[ \\t]*\\n[^\\n]{0,40}[0-9]{4,6}[ \\t]*(?:\\n|$)))"
          + "|(?:[A-Z]{2} )?[0-9]{4,6}(?:-[0-9]{4})?(?: "
          + CAPITAL
          + "(?: "
          + CAPITAL
          + "){0,2})?|[0-9]{1,4}|"
          + CAPITAL
          + "(?:[ -](?:"
          + CAPITAL
          + "|de|di|del|of|and|am|an|der|la|sur|upon|[0-9]{4,6})){0,4})";
  /* The last line: a place or country with a code, in capitals or not. */
  private static final String COUNTRY =
      "\\p{L}[\\p{L}\\p{M}.'’()-]{1,30}(?: [\\p{L}(][\\p{L}\\p{M}.'’()-]{0,30}){0,6}(?:"
          + " [0-9]{4,6})";
  private static final Pattern BEHIND =
      Pattern.compile(
          "\\G[ ]?(?:(?:[ ]*,[ ]*|[ ]*\\r?\\n[ ]*(?:,[ ]*|[?*•>|-]{1,3}[ ]*)?|[ ](?=[0-9])|[ ](?="
              + UNIT
              + "))"
              + PIECE
              + "|[ ]*(?:\\r?\\n[ ]*(?:[?*•>|-]{1,3}[ ]*)?){1,3}"
              + COUNTRY
              + "(?=[ \\t]*(?:\\r?\\n|$)))"
              + RIGHT);
  private static final int LONGEST_LINE = 70;
  private static final Pattern ABOVE =
      Pattern.compile(
          "(?m)^[ \\t?*•-]{0,6}((?=[^\\n]*[0-9])(?=[^\\n]*\\p{L})[^\\n:?!@]{3,60})\\n$");
  private static final Pattern BEFORE = Pattern.compile("[0-9]{1,5}[ ,]{1,2}$");

  /* Behind these words stands an address, up to the end of its sentence; it has a number. */
  private static final Pattern CUED =
      Pattern.compile(
          "(?i)(?:\\b(?:(?:home|postal|mailing|billing|shipping|delivery|street|new|current|my|his|her|their|'s)"
              + " address(?:es)?(?: is| to| with|:|, here they"
              + " are:|(?=\\s*\\n|\\s+[0-9]))|address:|(?:the )?corner of|lives?"
              + " (?:at|on|in)|living at|located at|resid(?:es|ing) at|moved to|ship(?:ped)?"
              + " to|deliver(?:ed)? to|send (?:it|them) to|taxi to|arrived at|anschrift(?:"
              + " ist|:)|adresse(?: ist| est|:)|wohnhaft in|wohne in|wohnt"
              + " in|adres:|direcci(?:ó|o)n(?: es|:)|indirizzo(?: è|:)|(?:zip|zip"
              + " code|postcode|postal code|plz)(?: is|:)))(?![\\p{L}])[ :\\t]*(?:\\r?\\n){0,2}["
              + " \\t]*"
              + "((?:[^?!;.\\n]|(?<=\\b(?:st|apt|p|o|no|nr|ul|al|str|dr|av|avda|proc|ste|trg))\\.|\\.(?=[\\p{L}\\p{N}])|\\r?\\n(?=["
              + " ,]*[\\p{L}\\p{N}])(?! *[\\p{L} ]{2,20}:)){3,160})");

  /* Behind these words anything may stand: it must begin as an address does, and look like one. */
  private static final Pattern WHERE =
      Pattern.compile(
          "(?i)\\b(?:(?:new |another |replacement )?(?:one|card|letter|parcel|package) to|return"
              + " (?:it |them )?to|meet(?:ing)? (?:me |us |you |them"
              + " )?at|(?:office|shop|store|house|branch|restaurant|place) is (?:at|in|on)|it'?s"
              + " (?:at|in|on))[ ]([0-9]{1,4}"
              + " (?!(?:[ap]\\.?m|o'clock|seconds?|minutes?|hours?|days?|weeks?|months?|years?|"
              + "people|persons|times|percent|of|or|and|to|dollars|euros?|pounds)\\b)"
              + "(?:[^?!;.]|(?<=\\b(?:st|apt|p|o|no|nr|u|ul|al|str|dr|av|avda|proc|ste|trg))\\.|\\.(?=[\\p{L}\\p{N}])){3,160})");
  private static final Pattern ADDRESS_LIKE =
      Pattern.compile("(?s).*\\p{L}{3}.*(?:[0-9]{4,6}|" + UNIT + "|, ?\\p{Lu}\\p{L}{2,}).*");

  private static final Pattern TAIL =
      Pattern.compile(
          "(?i)(?:(?:,[ ]?and|[ ,]+(?:please|for|because|since|and"
              + " (?:my|i|the|please|can|phone|tel|call)|but|so|as|last|this|on the|in"
              + " case|by|asap|now|thanks?|thank you|instead|when|until|if))\\b.*)$",
          Pattern.DOTALL);

  private static final Pattern WORD = Pattern.compile("\\p{L}{3}");
  private static final Pattern CODE = Pattern.compile("(?i)zip|code|plz");

  private static final int MOST_PIECES = 6;

  /* An address has its first number soon. */
  private static final int FIRST_NUMBER = 40;

  private Addresses() {}

  static void find(String text, List<PersonalSpan> all) {
    Matcher named = NAMED_STREET.matcher(text);
    while (named.find()) {
      all.add(new PersonalSpan(PersonalKind.ADDRESS, named.start(), named.end()));
    }
    if (text.chars().noneMatch(c -> c >= '0' && c <= '9')) return;
    Matcher core = CORE.matcher(text);
    int from = 0;
    while (from < text.length() && core.find(from)) {
      int begin = core.start();
      Matcher before = BEFORE.matcher(text).region(Math.max(from, begin - 7), begin);
      if (before.find()) begin = before.start();
      begin = lineAbove(text, from, begin);
      int end = extended(text, core.end());
      all.add(new PersonalSpan(PersonalKind.ADDRESS, begin, end));
      from = end;
    }
    cued(text, all);
    where(text, all);
  }

  /** A line with a number directly above a line that begins with an address belongs to it. */
  private static int lineAbove(String text, int from, int begin) {
    int line = begin;
    while (line > from && (text.charAt(line - 1) == ' ' || text.charAt(line - 1) == ',')) line--;
    if (line <= from || text.charAt(line - 1) != '\n') return begin;
    Matcher above = ABOVE.matcher(text).region(Math.max(from, line - LONGEST_LINE), line);
    return above.find() ? above.start(1) : begin;
  }

  private static int extended(String text, int end) {
    Matcher behind = BEHIND.matcher(text);
    int at = end;
    for (int i = 0; i < MOST_PIECES && behind.find(at); i++) at = behind.end();
    return at;
  }

  private static void cued(String text, List<PersonalSpan> all) {
    Matcher cued = CUED.matcher(text);
    while (cued.find()) {
      String found = TAIL.matcher(cued.group(1)).replaceFirst("").stripTrailing();
      String cue = text.substring(cued.start(), cued.start(1));
      if (!plausible(found, cue)) continue;
      int begin = cued.start(1);
      all.add(new PersonalSpan(PersonalKind.ADDRESS, begin, begin + found.length()));
    }
  }

  private static void where(String text, List<PersonalSpan> all) {
    Matcher where = WHERE.matcher(text);
    while (where.find()) {
      String found = TAIL.matcher(where.group(1)).replaceFirst("").stripTrailing();
      if (!ADDRESS_LIKE.matcher(found).matches()) continue;
      int begin = where.start(1);
      all.add(new PersonalSpan(PersonalKind.ADDRESS, begin, begin + found.length()));
    }
  }

  /** An address has a number soon, and a word unless it is a postal code. */
  private static boolean plausible(String found, String cue) {
    int digit = 0;
    while (digit < found.length() && !Character.isDigit(found.charAt(digit))) digit++;
    if (found.length() < 4 || digit > FIRST_NUMBER || digit == found.length()) return false;
    return CODE.matcher(cue).find() || WORD.matcher(found).find();
  }
}
