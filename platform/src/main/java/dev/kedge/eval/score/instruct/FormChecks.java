package dev.kedge.eval.score.instruct;

import dev.kedge.eval.score.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What an answer contains and how it is laid out. */
final class FormChecks {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\[[^\\]\\n]*+\\]");
  private static final Pattern STAR_BULLET = Pattern.compile("(?m)^[ \\t]*+\\*[^*\\n].*+$");
  private static final Pattern DASH_BULLET = Pattern.compile("(?m)^[ \\t]*+-.*+$");
  private static final Pattern HIGHLIGHT = Pattern.compile("\\*[^\\n*]*+\\*");
  private static final Pattern DOUBLE_HIGHLIGHT = Pattern.compile("\\*\\*[^\\n*]*+\\*\\*");
  private static final Pattern TITLE = Pattern.compile("<<[^\\n>]++>>");
  private static final List<String> CHOICES =
      List.of("My answer is yes.", "My answer is no.", "My answer is maybe.");
  private static final List<String> FENCES = List.of("```json", "```Json", "```JSON", "```");

  static final Map<String, Check> ALL =
      Map.of(
          "detectable_content:number_placeholders",
          (answer, arguments) ->
              atLeast(matches(PLACEHOLDER, answer), arguments, "num_placeholders"),
          "detectable_content:postscript",
          FormChecks::postscript,
          "detectable_format:number_bullet_lists",
          (answer, arguments) ->
              matches(STAR_BULLET, answer) + matches(DASH_BULLET, answer)
                  == arguments.path("num_bullets").asLong(-1),
          "detectable_format:constrained_response",
          (answer, _) -> CHOICES.stream().anyMatch(answer::contains),
          "detectable_format:number_highlighted_sections",
          FormChecks::highlights,
          "detectable_format:multiple_sections",
          FormChecks::sections,
          "detectable_format:json_format",
          (answer, _) -> json(answer),
          "detectable_format:title",
          (answer, _) -> title(answer));

  private FormChecks() {}

  private static long matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().count();
  }

  private static boolean atLeast(long found, JsonNode arguments, String name) {
    long wanted = arguments.path(name).asLong(-1);
    return wanted >= 0 && found >= wanted;
  }

  private static boolean postscript(String answer, JsonNode arguments) {
    String marker = arguments.path("postscript_marker").asString("").strip();
    String text = answer.toLowerCase(Locale.ROOT);
    return switch (marker) {
      case "" -> false;
      case "P.P.S" -> Pattern.compile("p\\.\\s?p\\.\\s?s").matcher(text).find();
      case "P.S." -> Pattern.compile("p\\.\\s?s\\.").matcher(text).find();
      default -> text.contains(marker.toLowerCase(Locale.ROOT));
    };
  }

  private static boolean highlights(String answer, JsonNode arguments) {
    long found = 0;
    Matcher single = HIGHLIGHT.matcher(answer);
    while (single.find()) if (!single.group().replace("*", "").isBlank()) found++;
    Matcher twice = DOUBLE_HIGHLIGHT.matcher(answer);
    while (twice.find()) if (!twice.group().replace("*", "").isBlank()) found++;
    return atLeast(found, arguments, "num_highlights");
  }

  private static boolean sections(String answer, JsonNode arguments) {
    String word = arguments.path("section_spliter").asString("").strip();
    if (word.isEmpty()) return false;
    Pattern head = Pattern.compile(Pattern.quote(word) + "\\s?\\d");
    return atLeast(matches(head, answer), arguments, "num_sections");
  }

  private static boolean json(String answer) {
    String text = answer.strip();
    for (String fence : FENCES) if (text.startsWith(fence)) text = text.substring(fence.length());
    if (text.endsWith("```")) text = text.substring(0, text.length() - 3);
    return JsonText.parse(text.strip()).isPresent();
  }

  private static boolean title(String answer) {
    Matcher matcher = TITLE.matcher(answer);
    while (matcher.find()) {
      if (!matcher.group().replace("<", "").replace(">", "").isBlank()) return true;
    }
    return false;
  }
}
