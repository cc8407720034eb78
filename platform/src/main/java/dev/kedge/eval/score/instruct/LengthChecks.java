package dev.kedge.eval.score.instruct;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** How many words, sentences and paragraphs. */
final class LengthChecks {
  /* Signs that combine with a letter are no part of a word, as published. */
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]++");
  private static final Pattern DIVIDER =
      Pattern.compile(Blanks.ONE + "?\\*\\*\\*" + Blanks.ONE + "?");
  private static final String ENDS_WORD = ".,?!'\"";

  static final Map<String, Check> ALL =
      Map.of(
          "length_constraints:number_words", LengthChecks::words,
          "length_constraints:number_sentences", LengthChecks::sentences,
          "length_constraints:number_paragraphs", LengthChecks::paragraphs,
          "length_constraints:nth_paragraph_first_word", LengthChecks::firstWord);

  private LengthChecks() {}

  private static boolean words(String answer, JsonNode arguments) {
    long found = WORD.matcher(answer).results().count();
    return Check.compares(found, arguments, "relation", "num_words");
  }

  private static boolean sentences(String answer, JsonNode arguments) {
    return Check.compares(Sentences.count(answer), arguments, "relation", "num_sentences");
  }

  /* Paragraphs are set apart by three asterisks; only before the first and behind the last may
   * nothing stand. */
  private static boolean paragraphs(String answer, JsonNode arguments) {
    List<String> parts = List.of(DIVIDER.split(answer, -1));
    int found = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (!Blanks.only(parts.get(i))) found++;
      else if (i > 0 && i < parts.size() - 1) return false;
    }
    return found == arguments.path("num_paragraphs").asInt(-1);
  }

  private static boolean firstWord(String answer, JsonNode arguments) {
    List<String> parts = new ArrayList<>(Arrays.asList(answer.split("\n\n", -1)));
    long filled = parts.stream().filter(part -> !Blanks.only(part)).count();
    int nth = arguments.path("nth_paragraph").asInt(0);
    // The place is counted with empty paragraphs, their number without, as published.
    if (nth < 1 || nth > filled || nth > parts.size()) return false;
    String paragraph = Blanks.strip(parts.get(nth - 1));
    if (paragraph.isEmpty()) return false;
    String wanted = arguments.path("first_word").asString("").toLowerCase(Locale.ROOT);
    return filled == arguments.path("num_paragraphs").asLong(-1)
        && leading(paragraph).equals(wanted);
  }

  private static String leading(String paragraph) {
    String word =
        paragraph.split(Blanks.ONE + "+", 2)[0].replaceFirst("^'+", "").replaceFirst("^\"+", "");
    int end = 0;
    while (end < word.length() && ENDS_WORD.indexOf(word.charAt(end)) < 0) end++;
    return word.substring(0, end).toLowerCase(Locale.ROOT);
  }
}
