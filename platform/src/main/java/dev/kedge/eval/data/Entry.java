package dev.kedge.eval.data;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One example of a dataset, labelled or not.
 *
 * @param id unique in its dataset
 * @param input what is to be answered
 * @param expected the right answer, where somebody gave it
 * @param suggestion what a model answered when the call was captured; never a label
 * @param tags for slices
 * @param group of examples that belong together, such as a document or a conversation; empty for
 *     none
 * @param source where it came from: {@code FILE:LINE}, {@code capture:TASK:ID}; empty if unknown
 * @param time when it was asked
 * @param weight how many examples of the population this one stands for; 1 where all are in
 */
public record Entry(
    String id,
    String input,
    Optional<JsonNode> expected,
    Optional<JsonNode> suggestion,
    List<String> tags,
    String group,
    String source,
    Optional<Instant> time,
    double weight) {
  public Entry {
    tags = List.copyOf(tags);
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw KedgeException.invalid("the weight of '" + id + "' is not a positive number");
    }
  }

  /** An example without label and history. */
  public static Entry of(String id, String input) {
    return new Entry(
        id, input, Optional.empty(), Optional.empty(), List.of(), "", "", Optional.empty(), 1);
  }

  /** The same example under another id. */
  public Entry withId(String other) {
    return new Entry(other, input, expected, suggestion, tags, group, source, time, weight);
  }

  /** The same example with a label. */
  public Entry withExpected(JsonNode label) {
    return new Entry(id, input, Optional.of(label), suggestion, tags, group, source, time, weight);
  }

  /** The same example with another source. */
  public Entry withSource(String other) {
    return new Entry(id, input, expected, suggestion, tags, group, other, time, weight);
  }

  /** The same example with another weight. */
  public Entry withWeight(double other) {
    return new Entry(id, input, expected, suggestion, tags, group, source, time, other);
  }

  /** One line of canonical JSON, without its end. */
  public String line() {
    ObjectNode node = JsonText.STRICT.createObjectNode();
    expected.ifPresent(value -> node.set("expected", value));
    if (!group.isEmpty()) node.put("group", group);
    node.put("id", id);
    node.put("input", input);
    if (!source.isEmpty()) node.put("source", source);
    suggestion.ifPresent(value -> node.set("suggestion", value));
    if (!tags.isEmpty()) tags.forEach(node.putArray("tags")::add);
    time.ifPresent(value -> node.put("time", value.toString()));
    if (weight != 1) node.put("weight", weight);
    return sorted(node).toString();
  }

  /** Fields in order at every depth; numbers keep their spelling, for labels are people's work. */
  private static JsonNode sorted(JsonNode node) {
    if (node.isObject()) {
      ObjectNode copy = JsonText.STRICT.createObjectNode();
      new TreeSet<>(node.propertyNames()).forEach(name -> copy.set(name, sorted(node.path(name))));
      return copy;
    }
    if (node.isArray()) {
      ArrayNode copy = JsonText.STRICT.createArrayNode();
      for (JsonNode element : node) copy.add(sorted(element));
      return copy;
    }
    return node;
  }

  /**
   * Reads a line as {@link #line} writes it; {@code id} may be missing.
   *
   * @param place for messages and for a missing id: {@code FILE:LINE}
   * @throws KedgeException naming the place
   */
  public static Entry parse(String line, String place) {
    try {
      return of(JsonText.STRICT.readTree(line), place);
    } catch (JacksonException e) {
      throw KedgeException.invalid(place + ": not a JSON object: " + e.getOriginalMessage());
    }
  }

  /** As {@link #parse}, of a line that was read. */
  public static Entry of(JsonNode node, String place) {
    JsonNode input = node.path("input");
    if (!input.isString()) {
      throw KedgeException.invalid(place + ": expected {\"input\": text, …}");
    }
    JsonNode id = node.path("id");
    JsonNode weight = node.path("weight");
    return new Entry(
        id.isString() || id.isNumber() ? id.asString() : place,
        input.stringValue(),
        present(node.path("expected")),
        present(node.path("suggestion")),
        tags(node.path("tags")),
        node.path("group").asString(""),
        node.path("source").asString(""),
        time(node.path("time"), place),
        weight.isMissingNode() ? 1 : weight.doubleValue(Double.NaN));
  }

  private static List<String> tags(JsonNode node) {
    return node.values().stream()
        .map(tag -> tag.asString(""))
        .filter(tag -> !tag.isBlank())
        .toList();
  }

  private static Optional<JsonNode> present(JsonNode node) {
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }

  private static Optional<Instant> time(JsonNode node, String place) {
    if (!node.isString()) return Optional.empty();
    try {
      return Optional.of(Instant.parse(node.stringValue()));
    } catch (DateTimeException e) {
      throw KedgeException.invalid(
          place + ": 'time' is not an instant such as 2026-11-23T08:00:00Z");
    }
  }
}
