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
              + ",? (?:said|says|told|replied|answered|lives|lived|was born|is married|got"
              + " married|married|listed|points out|pointed out|had given|has"
              + " given|gave|emailed|phoned|texted|points? out|grew"
              + " up|graduated|studied|thinks|believes|died|passed"
              + " away|resigned|apologi[sz]ed|laughed|smiled|cried|spent"
              + " (?:an?|two|three|some|many|most|his|her|the)|was"
              + " (?:hired|promoted|fired|diagnosed|hospitali[sz]ed|injured|raised|a"
              + " (?:huge|big|great))|works (?:at|for|as)|worked (?:at|for|as)|moved"
              + " (?:to|here)|retired|sagt|sagte|wohnt|schrieb|habite|vive)(?![\\p{L}])");

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

  /* Somebody is spoken to at the beginning of a sentence. */
  private static final Pattern ADDRESSED =
      Pattern.compile(
          "(?:^|[.!?]\\s{1,2}|\\n)[\"“']?(\\p{Lu}[\\p{Ll}\\p{M}’-]{1,20}+),"
              + " (?:can|could|would|will|may) (?:I|you|we|someone|somebody)\\b");

  /* What somebody is stands before or behind the name. */
  private static final Pattern ROLE =
      Pattern.compile(
          LEFT
              + "(?:commenter|patient|client|employee|passenger|author|actor|actress|singer|founder|"
              + "president|senator|judge|lawyer|attorney|nurse|teacher|professor|officer|chairman|"
              + "captain|poet|artist|writer|reporter|journalist|neighbo(?:u)?r|nephew|niece|uncle|aunt|"
              + "cousin|fianc(?:é|e)e?|grand(?:mother|father|son|daughter)|roommate|landlord|tenant|[Ww]hat's"
              + " your name\\?|[Yy]our name\\?|[Ff]an of)[ \\t]+(?!(?:The|A|An|Our|Your|My)\\b)"
              + Names.NAME);
  private static final Pattern AS =
      Pattern.compile(
          LEFT
              + Names.NAME
              + "(?= as (?:an? |my |the |our"
              + " )?(?:guardian|beneficiary|co-?signer|joint|authori[sz]ed|account"
              + " holder|owner|driver|heir|trustee|signatory)\\b)");
  private static final Pattern TO_EACH_OTHER =
      Pattern.compile(
          LEFT
              + "(?:said|says|replied|whispered|shouted|wrote) "
              + Names.WORD
              + " to "
              + Names.NAME);

  /* The end of a letter, in the languages of our neighbours; the name stands on the next line. */
  private static final Pattern SIGNED =
      Pattern.compile(
          "(?m)^[ \\t]*(?i:(?:all the |with )?(?:kind(?:est)?|best|warm(?:est)?|many)?["
              + " ]?(?:regards|wishes|thanks|best)|thank you|thanks a"
              + " lot|warmly|respectfully|love|sincerely(?: yours)?|yours"
              + " (?:truly|faithfully|sincerely)|cheers|mfg|lg|(?:mit"
              + " )?(?:viele[nr]?|beste[nr]?|liebe[nr]?|freundliche[nr]?|herzliche[nr]?)"
              + " gr(?:ü|ue)(?:ß|ss)en?|gru(?:ß|ss)|cordialement|bien à"
              + " vous|salutations|saludos|atentamente|un saludo|(?:cordiali|distinti) saluti|met"
              + " vriendelijke groet(?:en)?|groetjes|(?:med )?vänliga hälsningar|pozdrawiam|com os"
              + " melhores cumprimentos)[,.!]?[ \\t]*(?:\\r?\\n[ \\t]*){1,3}"
              + Names.NAME
              + "(?=[ \\t,.]*(?:\\r?\\n|$))");

  /* Initials before a surname; an address or an age behind a name; somebody and I. */
  private static final Pattern INITIALS =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}'’.])(?<!\\p{Lu}\\p{Ll}{0,20} )((?:\\p{Lu}\\."
              + " ?){1,3}\\p{Lu}[\\p{Ll}\\p{M}’-]{2,30}+)(?![\\p{L}\\p{N}])");
  private static final Pattern BESIDE =
      Pattern.compile(
          LEFT
              + Names.NAME
              + "(?=[ \\t]*[<(\\[](?:mailto:)?[^\\s@<>()]{1,40}@| \\((?:born|b\\.|aged?) ?[0-9]|,"
              + " (?:aged? )?[1-9][0-9],| and I\\b| is an? (?:[a-z]+ly |very |quite |so"
              + " )?(?:[a-z]{2,14}"
              + " )?(?:person|man|woman|guy|girl|boy|student|teacher|nurse|doctor|lawyer|friend|colleague)\\b|"
              + " (?:is|comes|came) from \\p{Lu})");
  private static final Pattern SPEAKER =
      Pattern.compile(
          "(?m)^[ \\t]*"
              + Names.NAME
              + "(?=:[ \\t]?\\\\?[\"“„«]| (?:shouted|yelled|screamed|looked|smiled|"
              + "waved|stared|laughed) at\\b)");
  private static final Pattern WORK =
      Pattern.compile(
          "(?:\\b(?:song|book|film|movie|poem|play|album|article|painting|photo|picture|novel|report|letter|music|cover|remix|speech)|\\((?:not"
              + " |written |sung )?)[ ]?by[ \\t]+(?!(?:The|A|An|Our|Your|My)\\b)"
              + Names.NAME);
  private static final Pattern CALLED_OUT =
      Pattern.compile("(?<=\\p{Ll}, )(\\p{Lu}[\\p{Ll}\\p{M}’-]{1,20}+)(?=!)");
  private static final Pattern BY =
      Pattern.compile(
          LEFT
              + "(?:(?:sung|painted|composed|narrated|hosted|coached|taught|raised|approved|witnessed|signed)"
              + " by|married|dating|engaged to|divorced from|brother of|sister of|mother of|father"
              + " of|named after|introduce you to|accompanied by)["
              + " \\t]+(?!(?:The|A|An|Our|Your|My)\\b)"
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
    for (Pattern pattern :
        List.of(
            DOES,
            OWNS,
            TOLD,
            ADDRESSED,
            ROLE,
            AS,
            TO_EACH_OTHER,
            SIGNED,
            INITIALS,
            BESIDE,
            CALLED_OUT,
            BY,
            SPEAKER,
            WORK)) {
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
