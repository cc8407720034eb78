package dev.kedge.eval.score.instruct;

import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which language a text is in: by its script, and where several languages share one by the words
 * that every text has and by letters that only some of them use. Meant for whole answers, not for
 * single words.
 */
final class LanguageGuess {
  private static final Map<UnicodeScript, String> ALONE =
      Map.ofEntries(
          Map.entry(UnicodeScript.BENGALI, "bn"),
          Map.entry(UnicodeScript.GUJARATI, "gu"),
          Map.entry(UnicodeScript.GURMUKHI, "pa"),
          Map.entry(UnicodeScript.KANNADA, "kn"),
          Map.entry(UnicodeScript.TAMIL, "ta"),
          Map.entry(UnicodeScript.TELUGU, "te"),
          Map.entry(UnicodeScript.MALAYALAM, "ml"),
          Map.entry(UnicodeScript.THAI, "th"),
          Map.entry(UnicodeScript.HANGUL, "ko"),
          Map.entry(UnicodeScript.HIRAGANA, "ja"),
          Map.entry(UnicodeScript.KATAKANA, "ja"),
          Map.entry(UnicodeScript.HAN, "zh"),
          Map.entry(UnicodeScript.HEBREW, "he"),
          Map.entry(UnicodeScript.GREEK, "el"));

  /* Frequent words; a language is known by how many of a text's words are among its own. */
  private static final Map<UnicodeScript, Map<String, Set<String>>> SHARED =
      Map.of(
          UnicodeScript.LATIN,
          Map.ofEntries(
              Map.entry(
                  "en",
                  words(
                      "the of and to in is that for it with as was are be this you on not have or"
                          + " by from an at my your will can if we they he she his her their what"
                          + " which")),
              Map.entry(
                  "de",
                  words(
                      "der die das und ist nicht ein eine zu in den mit von für auf dem sich es"
                          + " auch ich sie wir als an werden im sind oder wie bei aber nach wird"
                          + " durch")),
              Map.entry(
                  "fr",
                  words(
                      "le la les de et est des un une du que en pour dans qui ne pas sur au avec"
                          + " ce il elle nous vous par plus sont être ou mais cette comme leur")),
              Map.entry(
                  "es",
                  words(
                      "el la los las de y que en un una es por con para no se del al lo como su"
                          + " más pero este esta son nos sus muy también fue ser o")),
              Map.entry(
                  "it",
                  words(
                      "il la di che e un una è per non in sono con del della dei le gli si da al"
                          + " come anche più ma questo questa nel alla o lo essere tutti")),
              Map.entry(
                  "pt",
                  words(
                      "o a os as de e que um uma é não em para com por do da dos das se no na ao"
                          + " mais como mas foi são você seu sua ou também muito este")),
              Map.entry(
                  "nl",
                  words(
                      "de het een en van is dat niet te in op voor met zijn er aan ook als maar"
                          + " om door bij naar uit wordt deze die wij ik je")),
              Map.entry(
                  "fi",
                  words(
                      "ja on ei että se hän ovat oli tai myös kun joka mutta sen niin kuin ne"
                          + " tämä jos sekä voi ole olla minä sinä tässä hyvin jotka vain")),
              Map.entry(
                  "pl",
                  words(
                      "i w nie na się z do to że jest jak ale o co dla od przez za po są był była"
                          + " tak który która które ich jego jej oraz ze czy już tylko może być")),
              Map.entry(
                  "sw",
                  words(
                      "na ya wa kwa ni katika la za kuwa hii yake hiyo ili kama cha pia au sana"
                          + " watu lakini hivyo mtu wote zaidi huu hizi wakati kila yangu")),
              Map.entry(
                  "vi",
                  words(
                      "và của là có không được cho trong một những các với này người đã để khi"
                          + " từ đến nhưng cũng tôi bạn như về rất vào sẽ"))),
          UnicodeScript.CYRILLIC,
          Map.of(
              "ru",
                  words(
                      "и в не на что с как это по из но за то все он она мы вы они для от так же"
                          + " был была у к о его её или если бы а их всех пока при уже"),
              "bg",
                  words(
                      "и на е да се за от в не са с че това като по но или до ще при той тя към"
                          + " който която които съм бъде много след"),
              "uk",
                  words(
                      "і в не на що з як це та до але за він вона ми ви вони для від так був була"
                          + " у про його її або якщо а їх їхня всіх поки при вже")),
          UnicodeScript.ARABIC,
          Map.of(
              "ar",
                  words(
                      "في من على إلى أن هذا التي الذي هو هي ما لا عن مع كان كل هذه أو بعد قد ثم"
                          + " كما إن لم بين ذلك"),
              "fa",
                  words(
                      "و در به از که این را با است برای آن یک می های ها شما هم بر تا خود شد کرد"
                          + " ما نیز باید دارد هر"),
              "ur",
                  words(
                      "اور کے کی میں ہے کا سے کو نے پر یہ ہیں کہ اس بھی ہو ایک تھا جو وہ آپ تو کر"
                          + " لیے اپنے نہیں گے")),
          UnicodeScript.DEVANAGARI,
          Map.of(
              "hi",
                  words(
                      "है के का की में और को से हैं पर यह ने एक भी नहीं कि हो वह था लिए कर इस आप"
                          + " अपने तो जो साथ या"),
              "mr",
                  words(
                      "आहे आणि आहेत च्या हे ते ती तो एक मध्ये करण्यासाठी नाही असे हा ही किंवा"
                          + " होते साठी या त्या की मी आपण खूप झाले केली करून"),
              "ne",
                  words(
                      "छ र को मा छन् हो पनि गर्न यो लागि भएको हुन्छ एक गर्ने थियो तर भने म"
                          + " हामी तपाईं गरेको सबै यस त्यो धेरै छैन बाट")));

  /* Letters that settle it where they are frequent. */
  private static final Map<String, String> TELLING =
      Map.of(
          "ыэё",
          "ru",
          "ъ",
          "bg",
          "іїєґ",
          "uk",
          "ةىيك",
          "ar",
          "پچژگ",
          "fa",
          "ٹڈڑںےہھ",
          "ur",
          "ळ",
          "mr",
          "ąćęłńśźż",
          "pl",
          "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ",
          "vi");

  private static final Pattern NOT_LETTERS = Pattern.compile("[^\\p{L}\\p{M}]+");

  private LanguageGuess() {}

  private static Set<String> words(String list) {
    return Set.copyOf(Arrays.asList(list.split(" ")));
  }

  /** Whether a text can be in this language: it is, or nothing tells which it is in. */
  static boolean may(String text, String language) {
    String wanted = language.split("-", 2)[0];
    Optional<String> guess = of(text);
    return guess.map(wanted::equals).orElseGet(() -> mayBeWritten(text, wanted));
  }

  /** No script of the text is one that this language never uses. */
  private static boolean mayBeWritten(String text, String language) {
    return text.codePoints()
        .filter(Character::isLetter)
        .mapToObj(UnicodeScript::of)
        .distinct()
        .noneMatch(script -> strange(script, language));
  }

  private static boolean strange(UnicodeScript script, String language) {
    Map<String, Set<String>> own = SHARED.getOrDefault(script, Map.of());
    return !own.containsKey(language)
        && SHARED.values().stream().anyMatch(all -> all.containsKey(language));
  }

  /** ISO 639-1; empty where nothing tells. */
  static Optional<String> of(String text) {
    EnumMap<UnicodeScript, Integer> scripts = new EnumMap<>(UnicodeScript.class);
    text.codePoints()
        .filter(Character::isLetter)
        .forEach(c -> scripts.merge(UnicodeScript.of(c), 1, Integer::sum));
    // Japanese mixes three scripts; the syllables tell it from Chinese.
    if (scripts.containsKey(UnicodeScript.HIRAGANA)) scripts.remove(UnicodeScript.HAN);
    Optional<UnicodeScript> most =
        scripts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    if (most.isEmpty()) return Optional.empty();
    String alone = ALONE.get(most.get());
    if (alone != null) return Optional.of(alone);
    Map<String, Set<String>> candidates = SHARED.get(most.get());
    return candidates == null ? Optional.empty() : byWords(text, candidates);
  }

  private static Optional<String> byWords(String text, Map<String, Set<String>> candidates) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<String> words = NOT_LETTERS.splitAsStream(lower).filter(w -> !w.isEmpty()).toList();
    Map<String, Double> found = new HashMap<>();
    for (String word : words) {
      candidates.forEach((language, own) -> {
        if (own.contains(word)) found.merge(language, 1.0, Double::sum);
      });
    }
    TELLING.forEach((letters, language) -> {
      if (!candidates.containsKey(language)) return;
      long seen = lower.codePoints().filter(c -> letters.indexOf(c) >= 0).count();
      if (seen > 0) found.merge(language, 0.5 * seen, Double::sum);
    });
    return found.entrySet().stream()
        .max(Map.Entry.<String, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey);
  }
}
