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
 * @param group of examples that belong together, such as a document: they are no independent
 *     evidence; empty for none
 * @param weight how many of the population this one stands for, where rare kinds were sampled more
 *     often; else 1
 */
public record Example(
    String id, String input, JsonNode expected, List<String> tags, String group, double weight) {
  public Example {
    tags = List.copyOf(tags);
  }

  /** An example of no group that stands for itself. */
  public Example(String id, String input, JsonNode expected, List<String> tags) {
    this(id, input, expected, tags, "", 1);
  }

  /** The right answer as text. */
  public String expectedText() {
    return expected.isString() ? expected.asString() : expected.toString();
  }
}
