package dev.kedge.wire.openai;

import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.wire.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields {@code tools} and {@code tool_choice}. Tools of other types than {@code function} stay
 * in the source.
 */
record ToolFields(List<Tool> tools, ToolChoice choice) {
  private static final int MAX_TOOLS = 1_024;

  /** As chat completions have them: the function is an object of its own. */
  static ToolFields chat(Fields fields) {
    List<Tool> tools = new ArrayList<>();
    for (Fields tool : fields.objects("tools", MAX_TOOLS)) {
      if (!tool.requiredText("type").equals("function")) continue;
      tool.required("function");
      tools.add(tool(tool.within("function").orElseThrow()));
    }
    return new ToolFields(tools, choice(fields, tools, true));
  }

  /** As responses have them: flat. */
  static ToolFields response(Fields fields) {
    List<Tool> tools = new ArrayList<>();
    for (Fields tool : fields.objects("tools", MAX_TOOLS)) {
      if (tool.requiredText("type").equals("function")) tools.add(tool(tool));
    }
    return new ToolFields(tools, choice(fields, tools, false));
  }

  private static Tool tool(Fields function) {
    return new Tool(
        function.requiredName("name"),
        function.text("description").orElse(""),
        function.within("parameters").map(schema -> schema.object().toString()).orElse("{}"),
        function.flag("strict", false));
  }

  private static ToolChoice choice(Fields fields, List<Tool> tools, boolean nested) {
    @Nullable JsonNode node = fields.find("tool_choice");
    if (node == null) return tools.isEmpty() ? new ToolChoice.None() : new ToolChoice.Auto();
    if (node.isString()) return word(node.stringValue(), fields);
    if (!node.isObject()) throw Fields.wrongType("tool_choice", "a string or an object", node);
    Fields choice = fields.within("tool_choice").orElseThrow();
    /* Other types stay in the source. */
    if (!choice.requiredText("type").equals("function")) return new ToolChoice.Auto();
    if (nested) choice.required("function");
    Fields named = nested ? choice.within("function").orElseThrow() : choice;
    String name = named.requiredName("name");
    if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      throw Fields.outOfRange(named.path() + "name", "the name of one of 'tools'");
    }
    return new ToolChoice.Named(name);
  }

  private static ToolChoice word(String word, Fields fields) {
    return switch (word) {
      case "auto" -> new ToolChoice.Auto();
      case "none" -> new ToolChoice.None();
      case "required" -> {
        if (fields.items("tools", MAX_TOOLS).isEmpty()) {
          throw Fields.outOfRange("tool_choice", "sent together with 'tools'");
        }
        yield new ToolChoice.Required();
      }
      default -> throw Fields.outOfRange("tool_choice", "'none', 'auto', 'required' or an object");
    };
  }
}
