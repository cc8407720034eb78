package dev.kedge.eval.mask;

import dev.kedge.eval.score.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts placeholders in the place of personal data. Placeholders follow from the key and the value
 * in its exact spelling, so masking keeps no memory. Any thread.
 */
public final class Masker {
  private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz234567";

  /** 50 bits: among a million values of a kind, two meet with a chance of 1 in 2,000. */
  private static final int LENGTH = 10;

  private static final Pattern PLACEHOLDER =
      Pattern.compile(
          "\\[(?:EMAIL|IBAN|CARD|IP|NATIONAL_ID|PHONE|BIRTH_DATE|ADDRESS|NAME)_[a-z2-7]{10}]");

  private final MaskingKey key;

  public Masker(MaskingKey key) {
    this.key = key;
  }

  /** Told of each value that is masked: its placeholder and itself. */
  public interface Seen extends BiConsumer<String, String> {}

  /** The text without personal data. */
  public String mask(String text, Seen seen) {
    return mask(text, Map.of(), seen);
  }

  /**
   * The text without personal data, and without values that were found in another text: a name that
   * stood behind a cue there often stands without one here.
   *
   * @param known values by placeholder, as {@link Seen} was told
   */
  public String mask(String text, Map<String, String> known, Seen seen) {
    List<PersonalSpan> spans = PersonalSpans.find(text, known);
    if (spans.isEmpty()) return text;
    StringBuilder masked = new StringBuilder(text.length());
    int at = 0;
    for (PersonalSpan span : spans) {
      String value = text.substring(span.begin(), span.end());
      String placeholder = placeholder(span.kind(), value);
      seen.accept(placeholder, value);
      masked.append(text, at, span.begin()).append(placeholder);
      at = span.end();
    }
    return masked.append(text, at, text.length()).toString();
  }

  /** The same in every text inside of a JSON value; names of fields stay. */
  public JsonNode mask(JsonNode value, Map<String, String> known, Seen seen) {
    if (value.isString()) {
      return JsonText.STRICT.getNodeFactory().stringNode(mask(value.stringValue(), known, seen));
    }
    if (value.isObject()) {
      ObjectNode copy = JsonText.STRICT.createObjectNode();
      value.forEachEntry((name, field) -> copy.set(name, mask(field, known, seen)));
      return copy;
    }
    if (value.isArray()) {
      ArrayNode copy = JsonText.STRICT.createArrayNode();
      for (JsonNode element : value) copy.add(mask(element, known, seen));
      return copy;
    }
    return value;
  }

  private String placeholder(PersonalKind kind, String value) {
    byte[] digest = key.digest(kind.name(), value.getBytes(StandardCharsets.UTF_8));
    StringBuilder text = new StringBuilder("[").append(kind).append('_');
    for (int i = 0; i < LENGTH; i++) text.append(DIGITS.charAt(digest[i] & 31));
    return text.append(']').toString();
  }

  /**
   * Puts values back.
   *
   * @param values by placeholder; one that is not in it stays
   */
  public static String unmask(String text, Map<String, String> values) {
    if (text.indexOf('[') < 0) return text;
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(), found.group())));
  }

  /** The same in every text inside of a JSON value. */
  public static JsonNode unmask(JsonNode value, Map<String, String> values) {
    if (value.isString()) {
      return JsonText.STRICT.getNodeFactory().stringNode(unmask(value.stringValue(), values));
    }
    if (value.isObject()) {
      ObjectNode copy = JsonText.STRICT.createObjectNode();
      value.forEachEntry((name, field) -> copy.set(name, unmask(field, values)));
      return copy;
    }
    if (value.isArray()) {
      ArrayNode copy = JsonText.STRICT.createArrayNode();
      for (JsonNode element : value) copy.add(unmask(element, values));
      return copy;
    }
    return value;
  }
}
