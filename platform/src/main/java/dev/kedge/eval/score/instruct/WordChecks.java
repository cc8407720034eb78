package dev.kedge.eval.score.instruct;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Which words and letters occur, in which case and language. */
final class WordChecks {
  private static final int WORDS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
  private static final String LETTER = "[\\p{L}\\p{N}_]";

  /* Between a letter and something else. */
  private static final String EDGE =
      "(?:(?<=" + LETTER + ")(?!" + LETTER + ")|(?<!" + LETTER + ")(?=" + LETTER + "))";

  /* What the published tokenizer puts apart wherever it stands: quotes, brackets, some signs, dots
   * and dashes in a row, and a comma or colon without a digit behind it. */
  private static final Pattern APART =
      Pattern.compile(Blanks.ONE + "|[;@#$%&?!()\\[\\]{}<>\"`«»“”‘’„]|\\.{2,}|-{2,}|[,:](?![0-9])");

  /* It takes "DON'T" for two words. */
  private static final Pattern CONTRACTED =
      Pattern.compile("(?i)(?<=[^'])(?:n't|'(?:ll|re|ve|s|m|d))$");

  static final Map<String, Check> ALL =
      Map.of(
          "keywords:existence", WordChecks::existence,
          "keywords:frequency", WordChecks::frequency,
          "keywords:forbidden_words", WordChecks::forbidden,
          "keywords:letter_frequency", WordChecks::letters,
          "language:response_language", WordChecks::language,
          "change_case:capital_word_frequency", WordChecks::capitalWords,
          "change_case:english_capital", (answer, _) -> capital(answer),
          "change_case:english_lowercase", (answer, _) -> lower(answer),
          "punctuation:no_comma", (answer, _) -> answer.indexOf(',') < 0);

  private WordChecks() {}

  private static boolean existence(String answer, JsonNode arguments) {
    for (JsonNode word : arguments.path("keywords").values()) {
      if (count(answer, word.asString("")) == 0) return false;
    }
    return arguments.path("keywords").isArray();
  }

  private static boolean frequency(String answer, JsonNode arguments) {
    long found = count(answer, arguments.path("keyword").asString("").strip());
    return Check.compares(found, arguments, "relation", "frequency");
  }

  /* As in the published program, a keyword may be a part of a word. */
  private static long count(String answer, String word) {
    if (word.isEmpty()) return 0;
    return Pattern.compile(Pattern.quote(word), WORDS).matcher(answer).results().count();
  }

  private static boolean forbidden(String answer, JsonNode arguments) {
    for (JsonNode word : arguments.path("forbidden_words").values()) {
      Pattern whole = Pattern.compile(EDGE + Pattern.quote(word.asString("")) + EDGE, WORDS);
      if (whole.matcher(answer).find()) return false;
    }
    return arguments.path("forbidden_words").isArray();
  }

  private static boolean letters(String answer, JsonNode arguments) {
    String letter = arguments.path("letter").asString("").toLowerCase(Locale.ROOT);
    if (letter.isEmpty()) return false;
    int wanted = letter.codePointAt(0);
    long found = answer.toLowerCase(Locale.ROOT).codePoints().filter(c -> c == wanted).count();
    return Check.compares(found, arguments, "let_relation", "let_frequency");
  }

  private static boolean language(String answer, JsonNode arguments) {
    return LanguageGuess.may(answer, arguments.path("language").asString(""));
  }

  private static boolean capitalWords(String answer, JsonNode arguments) {
    long found = 0;
    for (String token : APART.split(answer, -1)) {
      Matcher end = CONTRACTED.matcher(token);
      boolean contracted = end.find();
      if (allUpper(contracted ? token.substring(0, end.start()) : token)) found++;
      if (contracted && allUpper(end.group())) found++;
    }
    return Check.compares(found, arguments, "capital_relation", "capital_frequency");
  }

  private static boolean capital(String answer) {
    return allUpper(answer) && LanguageGuess.may(answer, "en");
  }

  private static boolean lower(String answer) {
    boolean some = answer.codePoints().anyMatch(Character::isLowerCase);
    boolean none = answer.codePoints().noneMatch(WordChecks::upper);
    return some && none && LanguageGuess.may(answer, "en");
  }

  private static boolean allUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  private static boolean upper(int c) {
    return Character.isUpperCase(c) || Character.isTitleCase(c);
  }
}
