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

  private static final List<Rule> BOTH =
      List.of(
          new Rule("logit_bias", UnsupportedFields::isEmpty, "leave it out"),
          new Rule(
              "guided_json", UnsupportedFields::never, "constrained answers are not supported yet"),
          new Rule(
              "guided_regex",
              UnsupportedFields::never,
              "constrained answers are not supported yet"),
          new Rule(
              "guided_choice",
              UnsupportedFields::never,
              "constrained answers are not supported yet"),
          new Rule(
              "guided_grammar",
              UnsupportedFields::never,
              "constrained answers are not supported yet"),
          new Rule(
              "structured_outputs",
              UnsupportedFields::never,
              "constrained answers are not supported yet"));

  private static final List<Rule> CHAT =
      List.of(
          new Rule("tools", UnsupportedFields::isEmpty, "tools are not supported yet"),
          new Rule("tool_choice", isText("none"), "tools are not supported yet"),
          new Rule("functions", UnsupportedFields::isEmpty, "tools are not supported yet"),
          new Rule("function_call", isText("none"), "tools are not supported yet"),
          new Rule(
              "response_format",
              UnsupportedFields::isTextFormat,
              "only {\"type\":\"text\"} is; constrained answers are not supported yet"),
          new Rule("modalities", UnsupportedFields::isTextOnly, "only [\"text\"] is"),
          new Rule("audio", UnsupportedFields::never, "this server answers in text"),
          new Rule("prediction", UnsupportedFields::never, "leave it out"),
          new Rule(
              "web_search_options",
              UnsupportedFields::never,
              "this server does not search the web"),
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
          new Rule("tool_calls", UnsupportedFields::isEmpty, "tools are not supported yet"),
          new Rule("function_call", UnsupportedFields::never, "tools are not supported yet"),
          new Rule("audio", UnsupportedFields::never, "this server reads text"));

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

  private static boolean isEmpty(JsonNode node) {
    return node.isContainer() && node.isEmpty();
  }

  private static boolean never(JsonNode node) {
    return false;
  }

  private static boolean isTextFormat(JsonNode node) {
    JsonNode type = node.get("type");
    return type != null && isText("text").test(type);
  }

  private static boolean isTextOnly(JsonNode node) {
    return node.isArray() && node.size() == 1 && isText("text").test(node.get(0));
  }
}
