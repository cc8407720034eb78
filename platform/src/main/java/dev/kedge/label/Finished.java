package dev.kedge.label;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * An item's final label.
 *
 * @param label what all answered, or what was decided
 * @param by who: the people who agreed, or the one who decided
 * @param decided whether it was decided rather than agreed
 */
public record Finished(String id, JsonNode label, List<String> by, boolean decided) {
  public Finished {
    by = List.copyOf(by);
  }
}
