package dev.kedge.label;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One example to label, as it enters a project.
 *
 * @param id unique in its project
 * @param input what is to be answered
 * @param suggestion what a model answered; kept from people until their own answer stands
 * @param tags for slices
 */
public record LabelItem(String id, String input, Optional<JsonNode> suggestion, List<String> tags) {
  public LabelItem {
    tags = List.copyOf(tags);
  }
}
