package dev.kedge.eval;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One labelled case.
 *
 * @param id unique in its dataset
 * @param input what the user writes
 * @param expected the right answer: a JSON value, or a JSON string where answers are text
 * @param tags for slices
 */
public record Example(String id, String input, JsonNode expected, List<String> tags) {
  public Example {
    tags = List.copyOf(tags);
  }

  /** The right answer as text. */
  public String expectedText() {
    return expected.isString() ? expected.asString() : expected.toString();
  }
}
