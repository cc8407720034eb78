package dev.kedge.bench.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The right answers to the inquiries of order-desk, also where personal data in them was masked
 * after they were captured, and slips as people make them.
 */
final class KnownAnswers {
  private static final Pattern MASK = Pattern.compile("\\[[A-Z]+(?:_[a-z0-9]+)?]");

  private final Map<String, JsonNode> known = new LinkedHashMap<>();

  KnownAnswers(Path holdout) throws IOException {
    for (String line : Files.readAllLines(holdout)) {
      JsonNode one = Browser.JSON.readTree(line);
      known.put(one.get("input").stringValue(), one.get("expected"));
    }
  }

  /** The right answer to an inquiry. */
  Optional<JsonNode> to(String input) {
    if (known.containsKey(input)) return Optional.of(known.get(input));
    List<String> masks = MASK.matcher(input).results().map(MatchResult::group).toList();
    if (masks.isEmpty()) return Optional.empty();
    List<String> parts = new ArrayList<>();
    for (String part : MASK.split(input, -1)) parts.add(Pattern.quote(part));
    Pattern pattern = Pattern.compile(String.join("(.+?)", parts), Pattern.DOTALL);
    for (Map.Entry<String, JsonNode> one : known.entrySet()) {
      Matcher matcher = pattern.matcher(one.getKey());
      if (!matcher.matches()) continue;
      String text = one.getValue().toString();
      for (int i = 0; i < masks.size(); i++) {
        text = text.replace(matcher.group(i + 1), masks.get(i));
      }
      return Optional.of(Browser.JSON.readTree(text));
    }
    return Optional.empty();
  }

  /** An answer with something overlooked or mistaken. */
  static JsonNode slipped(JsonNode right, Random random) {
    if (right.has("refusal")) {
      return Browser.JSON.readTree("{\"queries\":[{\"find\":\"orders\",\"show\":\"list\"}]}");
    }
    JsonNode slipped = right.deepCopy();
    ObjectNode query = (ObjectNode) slipped.get("queries").get(0);
    if (query.has("sort") && random.nextBoolean()) return withoutSort(slipped, query);
    boolean list = query.get("show").stringValue().equals("list");
    query.put("show", list ? "count" : "list");
    return slipped;
  }

  private static JsonNode withoutSort(JsonNode answer, ObjectNode query) {
    query.remove("sort");
    return answer;
  }
}
