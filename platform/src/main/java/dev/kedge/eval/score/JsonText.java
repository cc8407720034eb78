package dev.kedge.eval.score;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as evaluation sees it: strict to parse, compared by value. */
public final class JsonText {
  /** Refuses duplicate keys, trailing text and deep nesting; numbers are exact. */
  public static final JsonMapper STRICT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** One value inside a document: where it stands, and its canonical spelling. */
  public record Leaf(String path, String value) {
    /** The path without positions in lists, e.g. {@code queries.where.status}. */
    public String field() {
      return path.replaceAll("\\[\\d+]", "");
    }
  }

  private JsonText() {}

  /** The value, if the text is one JSON value and nothing else. */
  public static Optional<JsonNode> parse(String text) {
    try {
      JsonNode node = STRICT.readTree(text);
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** The same text for equal values: keys in order, 49.90 as 49.9, 2.0 as 2. */
  public static String canonical(JsonNode node) {
    if (node.isObject()) {
      TreeMap<String, String> fields = new TreeMap<>();
      node.forEachEntry((key, value) -> fields.put(key, canonical(value)));
      List<String> parts = new ArrayList<>();
      fields.forEach((key, value) -> parts.add(STRICT.writeValueAsString(key) + ":" + value));
      return "{" + String.join(",", parts) + "}";
    }
    if (node.isArray()) {
      return "[" + String.join(",", node.values().stream().map(JsonText::canonical).toList()) + "]";
    }
    if (node.isNumber()) {
      BigDecimal number = node.decimalValue();
      // Zero of any scale is one number; toString never writes out a huge exponent.
      return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
    }
    return node.toString();
  }

  /** All values that are not objects or lists, and empty objects and lists, with their paths. */
  public static List<Leaf> leaves(JsonNode node) {
    List<Leaf> leaves = new ArrayList<>();
    collect(node, "", leaves);
    return leaves;
  }

  private static void collect(JsonNode node, String path, List<Leaf> leaves) {
    if (node.isObject() && !node.isEmpty()) {
      node.forEachEntry(
          (key, value) -> collect(value, path.isEmpty() ? key : path + "." + key, leaves));
    } else if (node.isArray() && !node.isEmpty()) {
      for (int i = 0; i < node.size(); i++) collect(node.get(i), path + "[" + i + "]", leaves);
    } else {
      leaves.add(new Leaf(path, canonical(node)));
    }
  }
}
