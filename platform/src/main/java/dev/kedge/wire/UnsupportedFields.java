package dev.kedge.wire;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Fields that would change the answer and that nothing here honours. Ignoring one silently would
 * make a client believe in an answer that it did not get, so each is refused unless its value asks
 * for nothing.
 */
final class UnsupportedFields {
  /** A field, the values of it that ask for nothing, and what to do instead. */
  private record Rule(String name, Predicate<JsonNode> harmless, String remedy) {}

  private static final Predicate<JsonNode> EMPTY = node -> node.isContainer() && node.isEmpty();
  private static final Predicate<JsonNode> NEVER = node -> false;

  private static final List<Rule> BOTH =
      List.of(
          new Rule("logit_bias", EMPTY, "leave it out"),
          new Rule("guided_json", NEVER, "constrained answers are not supported yet"),
          new Rule("guided_regex", NEVER, "constrained answers are not supported yet"),
          new Rule("guided_choice", NEVER, "constrained answers are not supported yet"),
          new Rule("guided_grammar", NEVER, "constrained answers are not supported yet"),
          new Rule("structured_outputs", NEVER, "constrained answers are not supported yet"));

  private static final List<Rule> CHAT =
      List.of(
          new Rule("tools", EMPTY, "tools are not supported yet"),
          new Rule("tool_choice", isText("none"), "tools are not supported yet"),
          new Rule("functions", EMPTY, "tools are not supported yet"),
          new Rule("function_call", isText("none"), "tools are not supported yet"),
          new Rule(
              "response_format",
              UnsupportedFields::isTextFormat,
              "only {\"type\":\"text\"} is; constrained answers are not supported yet"),
          new Rule("modalities", UnsupportedFields::isTextOnly, "only [\"text\"] is"),
          new Rule("audio", NEVER, "this server answers in text"),
          new Rule("prediction", NEVER, "leave it out"),
          new Rule("web_search_options", NEVER, "this server does not search the web"),
          new Rule("reasoning_effort", isText("none"), "leave it out"),
          new Rule("verbosity", isText("medium"), "leave it out"));

  private static final List<Rule> COMPLETION =
      List.of(
          new Rule("echo", node -> node.isBoolean() && !node.booleanValue(), "only false is"),
          new Rule("suffix", isText(""), "this server does not fill in the middle"),
          new Rule(
              "best_of",
              node -> node.isIntegralNumber() && node.canConvertToInt() && node.intValue() == 1,
              "only 1 is; use 'n' for several answers"));

  private static final List<Rule> MESSAGE =
      List.of(
          new Rule("tool_calls", EMPTY, "tools are not supported yet"),
          new Rule("function_call", NEVER, "tools are not supported yet"),
          new Rule("audio", NEVER, "this server reads text"));

  private UnsupportedFields() {}

  static void refuseInChat(Fields fields) {
    refuse(fields, BOTH);
    refuse(fields, CHAT);
  }

  static void refuseInCompletion(Fields fields) {
    refuse(fields, BOTH);
    refuse(fields, COMPLETION);
  }

  static void refuseInMessage(Fields fields) {
    refuse(fields, MESSAGE);
  }

  private static void refuse(Fields fields, List<Rule> rules) {
    for (Rule rule : rules) {
      @Nullable JsonNode value = fields.find(rule.name);
      if (value != null && !rule.harmless.test(value)) {
        throw Fields.unsupported(fields.path() + rule.name, rule.remedy);
      }
    }
  }

  private static Predicate<JsonNode> isText(String text) {
    return node -> node.isString() && node.stringValue().equals(text);
  }

  private static boolean isTextFormat(JsonNode node) {
    JsonNode type = node.get("type");
    return type != null && isText("text").test(type);
  }

  private static boolean isTextOnly(JsonNode node) {
    return node.isArray() && node.size() == 1 && isText("text").test(node.get(0));
  }
}
