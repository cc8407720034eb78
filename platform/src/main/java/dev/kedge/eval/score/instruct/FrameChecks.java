package dev.kedge.eval.score.instruct;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** How an answer begins and ends, and what it is put together of. */
final class FrameChecks {
  private static final String DIVIDER = "******";

  static final Map<String, Check> ALL =
      Map.of(
          "combination:repeat_prompt",
          (answer, arguments) -> {
            String prompt = plain(arguments.path("prompt_to_repeat").asString(""));
            return !prompt.isEmpty() && plain(answer).startsWith(prompt);
          },
          "combination:two_responses",
          (answer, _) -> twoResponses(answer),
          "startend:end_checker",
          FrameChecks::ends,
          "startend:quotation",
          (answer, _) -> quoted(Blanks.strip(answer)));

  private FrameChecks() {}

  private static String plain(String text) {
    return Blanks.strip(text).toLowerCase(Locale.ROOT);
  }

  private static boolean twoResponses(String answer) {
    List<String> parts = List.of(answer.split(java.util.regex.Pattern.quote(DIVIDER), -1));
    String first = "";
    String second = "";
    int found = 0;
    for (int i = 0; i < parts.size(); i++) {
      String part = Blanks.strip(parts.get(i));
      if (part.isEmpty()) {
        if (i > 0 && i < parts.size() - 1) return false;
        continue;
      }
      found++;
      if (found == 1) first = part;
      else second = part;
    }
    return found == 2 && !first.equals(second);
  }

  private static boolean ends(String answer, JsonNode arguments) {
    String phrase = plain(arguments.path("end_phrase").asString(""));
    String text = Blanks.strip(answer);
    while (text.startsWith("\"")) text = text.substring(1);
    while (text.endsWith("\"")) text = text.substring(0, text.length() - 1);
    return !phrase.isEmpty() && text.toLowerCase(Locale.ROOT).endsWith(phrase);
  }

  private static boolean quoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
  }
}
