package dev.kedge.eval.score.instruct;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an answer contains and how it is laid out. */
final class FormChecks {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\[[^\\]\\n]*+\\]");
  private static final int LINES = Pattern.MULTILINE | Pattern.UNIX_LINES;
  private static final String INDENT = "^[\\p{IsWhite_Space}\\x1c-\\x1f&&[^\\n]]*+";
  /* A line end may be what is not an asterisk; the next line then belongs to the bullet. */
  private static final Pattern STAR_BULLET = Pattern.compile(INDENT + "\\*[^*].*+$", LINES);
  private static final Pattern DASH_BULLET = Pattern.compile(INDENT + "-.*+$", LINES);
  private static final Pattern HIGHLIGHT = Pattern.compile("\\*[^\\n*]*+\\*");
  private static final Pattern DOUBLE_HIGHLIGHT = Pattern.compile("\\*\\*[^\\n*]*+\\*\\*");
  private static final JsonMapper LENIENT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(900)
                          .maxNumberLength(4300)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
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
      case "P.P.S" ->
          Pattern.compile("p\\." + Blanks.ONE + "?p\\." + Blanks.ONE + "?s").matcher(text).find();
      case "P.S." -> Pattern.compile("p\\." + Blanks.ONE + "?s\\.").matcher(text).find();
      default -> text.contains(marker.toLowerCase(Locale.ROOT));
    };
  }

  private static boolean highlights(String answer, JsonNode arguments) {
    long found = 0;
    Matcher single = HIGHLIGHT.matcher(answer);
    while (single.find()) if (!Blanks.only(single.group().replace("*", ""))) found++;
    Matcher twice = DOUBLE_HIGHLIGHT.matcher(answer);
    while (twice.find()) if (!Blanks.only(twice.group().replace("*", ""))) found++;
    return atLeast(found, arguments, "num_highlights");
  }

  private static boolean sections(String answer, JsonNode arguments) {
    String word = arguments.path("section_spliter").asString("").strip();
    if (word.isEmpty()) return false;
    Pattern head = Pattern.compile(Pattern.quote(word) + Blanks.ONE + "?\\p{Nd}");
    return atLeast(matches(head, answer), arguments, "num_sections");
  }

  /** JSON as Python reads it: a key may come twice, and NaN and Infinity are numbers. */
  private static boolean json(String answer) {
    String text = Blanks.strip(answer);
    for (String fence : FENCES) if (text.startsWith(fence)) text = text.substring(fence.length());
    if (text.endsWith("```")) text = text.substring(0, text.length() - 3);
    try {
      return !LENIENT.readTree(Blanks.strip(text)).isMissingNode();
    } catch (JacksonException e) {
      return false;
    }
  }

  /** In some line, something between the first {@code <<} and the last {@code >>}. */
  private static boolean title(String answer) {
    for (String line : answer.split("\n", -1)) {
      int begin = line.indexOf("<<");
      int end = line.lastIndexOf(">>");
      if (begin < 0 || end < begin + 3) continue;
      if (!Blanks.only(unwrapped(line.substring(begin, end)))) return true;
    }
    return false;
  }

  private static String unwrapped(String title) {
    int begin = 0;
    int end = title.length();
    while (begin < end && title.charAt(begin) == '<') begin++;
    while (end > begin && title.charAt(end - 1) == '>') end--;
    return title.substring(begin, end);
  }
}
