package dev.kedge.route.tier;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Guesses the language of a text: by its script where that tells, otherwise by its little words and
 * by letters that few languages have. Made for rules such as "anything but English": it knows the
 * languages below, and says nothing of texts that are too short or too mixed to tell.
 */
public final class Language {
  private static final int MOST = 4000;

  /** Fewer points than this are no evidence: two little words, or one with a telling letter. */
  private static final double LEAST_POINTS = 1.5;

  private static final double LEAST_LEAD = 1.15;

  /** Frequent words that carry no topic, by language. */
  private static final String[][] WORDS = {
    {
      "en",
      "the of and to in is that it was for you with have are this not be what how on as at which do"
          + " does from my your can will would there an or by if we they i me please why where who"
    },
    {
      "de",
      "der die das und ist nicht ein eine ich zu den mit von auf für wie was dem im des sich es"
          + " auch wir sie kann wird oder bei haben mein bitte warum einen sind noch aus dass wo"
    },
    {
      "fr",
      "le la les de des et est un une du que qui dans pour pas je vous nous sur avec ce il elle au"
          + " ne plus par mon quel quelle comment pourquoi être sont cette mes aux où"
    },
    {
      "es",
      "el la los las de y que en un una es por para con no se del al lo como mi su qué cómo más"
          + " pero está yo puedo hay son dónde cuál quiero este esta por"
    },
    {
      "it",
      "il lo la gli le di e che un una per non è con sono del della si come mi ho nel questo cosa"
          + " perché più dove alla dei quale voglio anche ma mio"
    },
    {
      "pt",
      "o a os as de e que em um uma é não para com do da no na por se como mais meu minha eu você"
          + " são qual onde porque ao dos está quero isso"
    },
    {
      "nl",
      "de het een en van ik is niet dat te op voor met zijn die wat hoe er aan mijn kan je maar"
          + " waar waarom om naar ook wordt bij heeft"
    },
    {
      "sv",
      "och att det som en är på för jag inte med har den av till ett om hur vad kan du min var men"
          + " så från vill varför"
    },
    {
      "da",
      "og at det som en er på for jeg ikke med har den af til et om hvordan hvad kan du min hvor"
          + " men fra vil hvorfor også"
    },
    {
      "pl",
      "i w nie na jest to się że z do jak co czy po dla ale mam mój moja proszę gdzie dlaczego są"
          + " jestem tego przez ten"
    },
    {
      "cs",
      "a je to se na v že s jak co pro ale není jsem mám můj kde proč jsou by která které už jako"
          + " do"
    },
    {
      "tr",
      "ve bir bu ne için ile da de mi nasıl çok var değil ben benim neden nerede daha olarak kadar"
          + " gibi olan"
    },
    {
      "ro",
      "și în este nu de la cu care pe un o să mai ce cum din pentru sunt am unde meu mea că sau"
          + " dacă"
    },
    {
      "fi",
      "ja on ei se että mitä miten kun mutta olen ovat minun voi tai missä miksi myös kuin hän oli"
    },
    {"hu", "a az és nem hogy egy van mi mit én ez hol miért lehet de is meg vagy nekem hogyan el"},
    {
      "id",
      "yang dan di ini itu dengan untuk tidak dari saya apa bagaimana adalah ke pada bisa akan ada"
          + " anda kenapa mana"
    },
  };

  /** Letters that few languages have; each is worth a little word. */
  private static final String[][] LETTERS = {
    {"de", "ßäöü"}, {"fr", "çèêëîïœùû"}, {"es", "ñ¿¡áíóú"}, {"it", "ìòàù"},
    {"pt", "ãõç"}, {"sv", "åäö"}, {"da", "åæø"}, {"pl", "łąęśżźćń"},
    {"cs", "řůěščž"}, {"tr", "ğışç"}, {"ro", "ățșâî"}, {"fi", "äö"},
    {"hu", "őűáéö"},
  };

  private static final Map<String, double[]> WORD_POINTS = points(WORDS, " ");
  private static final Map<String, double[]> LETTER_POINTS = points(LETTERS, "");

  private Language() {}

  /** A sign is worth 1, shared among the languages that have it. */
  private static Map<String, double[]> points(String[][] signs, String separator) {
    Map<String, double[]> points = new HashMap<>();
    for (String[] row : signs) {
      for (String sign : row[1].split(separator, -1)) {
        if (sign.isEmpty()) continue;
        points.computeIfAbsent(sign, _ -> new double[WORDS.length])[number(row[0])] = 1;
      }
    }
    for (double[] shares : points.values()) {
      double sum = 0;
      for (double share : shares) sum += share;
      for (int i = 0; i < shares.length; i++) shares[i] /= sum;
    }
    return Map.copyOf(points);
  }

  private static int number(String code) {
    for (int i = 0; i < WORDS.length; i++) if (WORDS[i][0].equals(code)) return i;
    throw new IllegalStateException(code);
  }

  /** ISO 639-1 code; empty where it cannot be told. */
  public static Optional<String> guess(String text) {
    String seen = text.length() <= MOST ? text : text.substring(0, MOST);
    Optional<String> script = Script.language(seen);
    if (script.isPresent()) return script;
    double[] points = new double[WORDS.length];
    int from = -1;
    for (int i = 0; i <= seen.length(); i++) {
      boolean letter = i < seen.length() && Character.isLetter(seen.charAt(i));
      if (letter && seen.charAt(i) >= 0x80) {
        add(points, LETTER_POINTS, String.valueOf(Character.toLowerCase(seen.charAt(i))));
      }
      if (letter && from < 0) from = i;
      if (!letter && from >= 0) {
        if (i - from <= 12) add(points, WORD_POINTS, lower(seen, from, i));
        from = -1;
      }
    }
    return best(points);
  }

  private static String lower(String text, int from, int to) {
    return text.substring(from, to).toLowerCase(java.util.Locale.ROOT);
  }

  private static void add(double[] points, Map<String, double[]> signs, String sign) {
    double[] shares = signs.get(sign);
    if (shares == null) return;
    for (int i = 0; i < points.length; i++) points[i] += shares[i];
  }

  private static Optional<String> best(double[] points) {
    int best = 0;
    for (int i = 1; i < points.length; i++) if (points[i] > points[best]) best = i;
    double second = 0;
    for (int i = 0; i < points.length; i++) if (i != best) second = Math.max(second, points[i]);
    return points[best] >= LEAST_POINTS && points[best] >= LEAST_LEAD * second
        ? Optional.of(WORDS[best][0])
        : Optional.empty();
  }
}
