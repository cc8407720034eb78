package dev.kedge.wire.openai;

import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.wire.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Items of a response's input become messages. What the assistant thought, said and called in a row
 * is one message of it.
 */
final class ResponseItems {
  static final int MAX_ITEMS = 10_000;

  private final List<Message> messages;
  private final List<Part> assistant = new ArrayList<>();

  /**
   * @param messages that come before the items
   */
  ResponseItems(List<Message> messages) {
    this.messages = messages;
  }

  /** All messages; nothing may be added after. */
  List<Message> messages() {
    endAssistant();
    return messages;
  }

  void add(Fields item) {
    switch (item.text("type").orElse("message")) {
      case "message" -> addMessage(item);
      case "reasoning" -> reasoning(item).ifPresent(assistant::add);
      case "function_call" ->
          assistant.add(
              new Part.ToolUse(
                  item.requiredName("call_id"),
                  item.requiredName("name"),
                  item.requiredText("arguments")));
      case "function_call_output" -> {
        endAssistant();
        Part result =
            new Part.ToolResult(
                item.requiredName("call_id"), joined(content(item, "output")), false);
        messages.add(new Message(Role.TOOL, List.of(result), Optional.empty()));
      }
      case "item_reference" ->
          throw Fields.unsupported(
              item.path() + "type", "this server keeps no state; send the item itself");
      default -> {
        /* Kept in the source, for a server that knows it. */
      }
    }
  }

  private void addMessage(Fields item) {
    Role role =
        switch (item.requiredText("role")) {
          case "system", "developer" -> Role.SYSTEM;
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          default ->
              throw Fields.outOfRange(
                  item.path() + "role", "'system', 'developer', 'user' or 'assistant'");
        };
    List<Part> parts = content(item, "content");
    if (role == Role.ASSISTANT) {
      assistant.addAll(parts);
      return;
    }
    endAssistant();
    messages.add(new Message(role, parts, Optional.empty()));
  }

  private void endAssistant() {
    if (assistant.isEmpty()) return;
    messages.add(new Message(Role.ASSISTANT, assistant, Optional.empty()));
    assistant.clear();
  }

  private static List<Part> content(Fields item, String name) {
    JsonNode node = item.required(name);
    if (node.isString()) return List.of(new Part.Text(node.stringValue()));
    if (!node.isArray()) {
      throw Fields.wrongType(item.path() + name, "a string or an array of parts", node);
    }
    List<Part> parts = new ArrayList<>(node.size());
    for (Fields part : item.objects(name, MAX_ITEMS)) {
      switch (part.requiredText("type")) {
        case "input_text", "output_text", "text" ->
            parts.add(new Part.Text(part.requiredText("text")));
        case "refusal" -> parts.add(new Part.Text(part.requiredText("refusal")));
        case "input_image" -> {
          /* A picture of the provider's file store stays in the source. */
          if (part.has("image_url")) parts.add(ImageAddress.part(part, "image_url"));
        }
        default -> {
          /* Kept in the source, for a server that knows it. */
        }
      }
    }
    return parts;
  }

  private static Optional<Part> reasoning(Fields item) {
    String text = texts(item.objects("content", MAX_ITEMS));
    if (text.isEmpty()) text = texts(item.objects("summary", MAX_ITEMS));
    return text.isEmpty() ? Optional.empty() : Optional.of(new Part.Reasoning(text, ""));
  }

  private static String texts(List<Fields> parts) {
    StringBuilder text = new StringBuilder();
    for (Fields part : parts) {
      if (!text.isEmpty()) text.append('\n');
      text.append(part.requiredText("text"));
    }
    return text.toString();
  }

  private static String joined(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) if (part instanceof Part.Text piece) text.append(piece.text());
    return text.toString();
  }
}
