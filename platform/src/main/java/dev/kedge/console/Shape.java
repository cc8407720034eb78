package dev.kedge.console;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What a place in a JSON value looks like in a form. */
sealed interface Shape {
  /**
   * An object with known keys.
   *
   * @param steering keys whose value decides what the others look like
   */
  record Members(List<Member> members, Set<String> steering) implements Shape {}

  /** One key of an object. */
  record Member(String name, boolean required, JsonNode schema) {}

  /**
   * A list.
   *
   * @param least how many rows a new form has
   */
  record Rows(JsonNode items, int least) implements Shape {}

  /** One of several values, as they stand in the form. */
  record OneOf(List<JsonNode> values) implements Shape {}

  /** One of several kinds of value, of which one was chosen. */
  record Variant(List<String> names, int chosen, JsonNode schema) implements Shape {}

  /** Always this value. */
  record Fixed(JsonNode value) implements Shape {}

  /** Text on one line or several. */
  record Line(boolean nullable) implements Shape {}

  /** A number. */
  record Numeric(boolean nullable) implements Shape {}

  /** Yes or no. */
  record Truth(boolean nullable) implements Shape {}

  /** Whatever JSON can say, written as such. */
  record Anything() implements Shape {}
}
