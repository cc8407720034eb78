package dev.kedge.label;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An item with everything that is known of it, for people who may see it: those whose answer
 * stands, and those who decide.
 *
 * @param labels of everybody who answered or skipped, in the order of names
 * @param suggestion what a model answered
 * @param decision the last one
 * @param comments oldest first
 */
public record Answers(
    String id,
    int position,
    String input,
    List<String> tags,
    ItemStatus status,
    List<Label> labels,
    Optional<JsonNode> suggestion,
    Optional<Decided> decision,
    List<LabelEvent> comments) {
  public Answers {
    tags = List.copyOf(tags);
    labels = List.copyOf(labels);
    comments = List.copyOf(comments);
  }

  /**
   * One person's label.
   *
   * @param value empty where the item was skipped
   * @param blind the answer as it stood before anything was revealed to this person
   * @param reason why it was skipped
   */
  public record Label(
      String person, Optional<JsonNode> value, Optional<JsonNode> blind, Optional<String> reason) {}

  /**
   * What was decided.
   *
   * @param value empty where the item is left out
   */
  public record Decided(String person, Optional<JsonNode> value, String reason, Instant at) {}
}
