package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.engine.chat.ChatMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Messages in the form that published chat templates read: calls as {@code tool_calls}, each result
 * of a tool as a message of its own. One thread, one conversation.
 */
final class ChatMessages {
  private final boolean shortIds;
  private final Map<String, String> namesById = new HashMap<>();
  private final List<ChatMessage> messages = new ArrayList<>();

  /**
   * @param shortIds whether ids of calls must have nine letters and digits
   */
  ChatMessages(boolean shortIds) {
    this.shortIds = shortIds;
  }

  List<ChatMessage> of(ChatRequest request) {
    request.messages().forEach(this::add);
    return messages;
  }

  private void add(Message message) {
    List<Map<String, Object>> calls = new ArrayList<>();
    StringBuilder thoughts = new StringBuilder();
    boolean other = message.parts().isEmpty();
    for (Part part : message.parts()) {
      switch (part) {
        case Part.Text _ -> other = true;
        case Part.ToolUse use -> calls.add(call(use));
        case Part.ToolResult result -> messages.add(result(result));
        case Part.Reasoning reasoning -> thoughts.append(reasoning.text());
        case Part.Image _ ->
            throw new KedgeException(
                new Failure.Invalid(
                    "this model runs in the server's own engine, which does not take images",
                    "unsupported_value",
                    "messages"));
      }
    }
    if (!other && calls.isEmpty() && thoughts.isEmpty()) return;
    Map<String, Object> extra = new LinkedHashMap<>();
    message.name().ifPresent(name -> extra.put("name", name));
    if (!calls.isEmpty()) extra.put("tool_calls", calls);
    if (!thoughts.isEmpty()) extra.put("reasoning_content", thoughts.toString());
    String role = message.role().name().toLowerCase(Locale.ROOT);
    messages.add(new ChatMessage(role, message.text(), extra));
  }

  private Map<String, Object> call(Part.ToolUse use) {
    namesById.put(use.id(), use.name());
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", use.name());
    function.put("arguments", arguments(use));
    Map<String, Object> call = new LinkedHashMap<>();
    call.put("id", id(use.id()));
    call.put("type", "function");
    call.put("function", function);
    return call;
  }

  private static Object arguments(Part.ToolUse use) {
    String text = use.arguments().isBlank() ? "{}" : use.arguments();
    try {
      Object value = PlainJson.parse(text);
      return value instanceof Map ? value : text;
    } catch (KedgeException _) {
      return text; // what the model wrote before, however broken
    }
  }

  private ChatMessage result(Part.ToolResult result) {
    Map<String, Object> extra = new LinkedHashMap<>();
    extra.put("tool_call_id", id(result.id()));
    String name = namesById.get(result.id());
    if (name != null) extra.put("name", name);
    return new ChatMessage("tool", result.text(), extra);
  }

  private String id(String id) {
    return shortIds ? CallIds.shortened(id) : id;
  }
}
