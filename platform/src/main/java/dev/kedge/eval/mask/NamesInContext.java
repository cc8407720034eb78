package dev.kedge.eval.mask;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ways to speak that have a person in one place whatever the name: who says or lives, whose
 * birthday it is, with whom somebody speaks, names in a row beside a known one, and lines that hold
 * nothing but a name above an address.
 */
final class NamesInContext {
  private static final String LEFT = "(?<![\\p{L}\\p{N}'’])";

  /* Somebody does what only people do. */
  private static final Pattern DOES =
      Pattern.compile(
          "(?<!(?i:\\bthe|\\ban?) )"
              + LEFT
              + Names.NAME
              + ",? (?:said|says|told|replied|answered|lives|lived|was born|is married|got married|"
              + "married|listed|points out|pointed out|had given|has given|gave|emailed|phoned|"
              + "texted|works (?:at|for|as)|worked (?:at|for|as)|moved (?:to|here)|retired|"
              + "sagt|sagte|wohnt|schrieb|habite|vive)"
              + "(?![\\p{L}])");

  /* Something belongs to somebody that only people have. */
  private static final Pattern OWNS =
      Pattern.compile(
          LEFT
              + Names.NAME
              + "(?<=['’]s|s['’]) (?:home |e-?mail |phone |mobile |postal |date of |new |old )?"
              + "(?:address|e-?mail|phone|mobile|number|birthday|birth|passport|daughter|son|wife|"
              + "husband|mother|father|mom|dad|brother|sister|boss|wedding|funeral|account|"
              + "salary|doctor|insurance|name)(?![\\p{L}])");

  /* Somebody is spoken to, met, added, called, or did something that is told with "by". */
  private static final Pattern TOLD =
      Pattern.compile(
          LEFT
              + "(?:(?:[Ss]peak|[Ss]poke|[Tt]alk|[Tt]alked|[Mm]eet|[Mm]et|[Ff]ollow up|[Mm]eeting|"
              + "[Aa]ppointment|[Ll]unch|[Dd]inner) (?:to|with)|said|says|[Rr]eplied|starring|"
              + "[Aa]ssistant to|[Dd]aughter of|[Ss]on of|[Ww]ife of|[Hh]usband of|[Mm]arried to|"
              + "[Cc]ontact(?:ed)?|[Aa]sk for|[Ii]nvite|[Rr]emind|[Tt]ell|"
              + "(?:[Cc]all|[Cc]alls|[Cc]alled|[Nn]amed) (?:me|him|her|it)|[Oo]n behalf of|"
              + "[Ii]n the name of|Witness:|Patient:|Client:|Customer:|Contact:|Recipient:|Sender:|"
              + "From:|To:|Cc:|Attention:)"
              + "[ \\t]+(?!(?:The|A|An|Our|Your|My)\\b)"
              + Names.NAME);

  /* Three names in a row, or two behind a colon. */
  private static final Pattern ROW =
      Pattern.compile(
          LEFT
              + Names.WORD
              + "(?:(?:, | and |, and | & | und | y | et )"
              + Names.WORD
              + "){1,9}(?![\\p{L}\\p{N}])");
  private static final Pattern PEOPLE =
      Pattern.compile(
          "(?i)\\b(?:founders|authors|members|attendees|participants|children|kids|sons|daughters|"
              + "friends|colleagues|siblings|guests|passengers|patients|tenants|signers|heirs)\\b"
              + "[^.?!]{0,12}[: ]$");
  private static final Pattern PART = Pattern.compile(Names.WORD);

  /* A line with a name and nothing else. */
  private static final Pattern LINE =
      Pattern.compile(
          "(?m)^[ \\t?*•-]{0,6}("
              + Names.WORD
              + "(?: (?:(?:van|von|de|der|den|da|di|del|la|le|bin|al|el) ){0,2}"
              + Names.WORD
              + "){1,3})[ \\t,]*$");
  private static final int NEAR = 120;

  private NamesInContext() {}

  static void find(String text, Names.Found found) {
    for (Pattern pattern : List.of(DOES, OWNS, TOLD)) {
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) found.at(matcher.start(1), matcher.group(1));
    }
    rows(text, found);
  }

  /** One sure name among others makes all of them names. */
  private static void rows(String text, Names.Found found) {
    Matcher rows = ROW.matcher(text);
    while (rows.find()) {
      Matcher part = PART.matcher(rows.group());
      int known = 0;
      int all = 0;
      while (part.find()) {
        all++;
        if (GivenNames.sure(bare(part.group()))) known++;
      }
      boolean told =
          PEOPLE.matcher(text).region(Math.max(0, rows.start() - 40), rows.start()).find();
      if (!told && (known == 0 || 3 * known < all)) continue;
      part.reset();
      while (part.find()) found.at(rows.start() + part.start(), part.group());
    }
  }

  private static String bare(String word) {
    return word.replaceAll("[.,'’]+$", "");
  }

  /**
   * Lines with nothing but a name, with an address or a number of somebody soon below.
   *
   * @param personal what was found by its form
   */
  static void lines(String text, List<PersonalSpan> personal, Names.Found found) {
    Matcher line = LINE.matcher(text);
    while (line.find()) {
      int end = line.end();
      boolean near =
          personal.stream().anyMatch(span -> span.begin() >= end && span.begin() - end <= NEAR);
      if (near) found.at(line.start(1), line.group(1));
    }
  }
}
