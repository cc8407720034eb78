package dev.kedge.label;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An item as somebody may see it who is to label it: without others' labels, without the model's
 * suggestion.
 *
 * @param position of the item in its project, from 1
 * @param own this person's answer as it stands
 * @param skipped this person's reason to skip it
 * @param revealed whether this person has seen others' labels or the suggestion
 */
public record ItemView(
    String id,
    int position,
    String input,
    List<String> tags,
    ItemStatus status,
    Optional<JsonNode> own,
    Optional<String> skipped,
    boolean revealed) {
  public ItemView {
    tags = List.copyOf(tags);
  }
}
