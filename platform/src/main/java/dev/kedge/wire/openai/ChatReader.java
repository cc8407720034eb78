package dev.kedge.wire.openai;

import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.Source;
import dev.kedge.wire.Fields;
import dev.kedge.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads bodies of {@code POST /v1/chat/completions}. */
public final class ChatReader {
  private static final int MAX_MESSAGES = 10_000;
  private static final int MAX_TOOL_CALLS = 1_000;

  private ChatReader() {}

  /**
   * The call; what the records cannot hold is kept in its source.
   *
   * @throws KedgeException Invalid, naming the field
   */
  public static ChatRequest read(byte[] bytes) {
    ObjectNode body = Json.object(bytes);
    return read(body, Fields.of(body, "").requiredText("model"));
  }

  /**
   * The conversation in a body, whose tokens are asked for.
   *
   * @throws KedgeException Invalid, naming the field
   */
  public static ChatRequest readToCount(ObjectNode body, String model) {
    ObjectNode chat = Json.object();
    for (String name : List.of("messages", "tools")) {
      @Nullable JsonNode value = body.get(name);
      if (value != null) chat.set(name, value);
    }
    return read(chat, model);
  }

  private static ChatRequest read(ObjectNode body, String model) {
    Fields fields = Fields.of(body, "");
    boolean stream = fields.flag("stream", false);
    ToolFields tools = ToolFields.chat(fields);
    return new ChatRequest(
        model,
        messages(fields),
        tools.tools(),
        tools.choice(),
        fields.flag("parallel_tool_calls", true),
        FormatFields.chat(fields),
        SettingsReader.chat(fields),
        stream,
        SettingsReader.includeUsage(fields, stream),
        new Source(Api.CHAT_COMPLETIONS, body));
  }

  /** The field {@code messages}. */
  private static List<Message> messages(Fields fields) {
    JsonNode node = fields.required("messages");
    if (!node.isArray()) throw Fields.wrongType("messages", "an array", node);
    if (node.isEmpty() || node.size() > MAX_MESSAGES) {
      throw Fields.outOfRange("messages", "an array of 1 to " + MAX_MESSAGES + " messages");
    }
    List<Message> messages = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      messages.add(message(Fields.of(node.get(i), "messages[" + i + "].")));
    }
    return messages;
  }

  private static Message message(Fields fields) {
    String role = fields.requiredText("role");
    Optional<String> name = fields.text("name");
    return switch (role) {
      case "system", "developer" -> new Message(Role.SYSTEM, required(fields), name);
      case "user" -> new Message(Role.USER, required(fields), name);
      case "assistant" -> new Message(Role.ASSISTANT, assistant(fields), name);
      case "tool" -> new Message(Role.TOOL, List.of(toolResult(fields)), name);
      /* Replaced by 'tool' long ago; whoever still knows it gets it as it is. */
      case "function" -> new Message(Role.TOOL, required(fields), name);
      default ->
          throw Fields.outOfRange(
              fields.path() + "role", "'system', 'developer', 'user', 'assistant' or 'tool'");
    };
  }

  private static List<Part> required(Fields fields) {
    fields.required("content");
    return content(fields);
  }

  private static List<Part> content(Fields fields) {
    JsonNode node = fields.find("content");
    if (node == null) return List.of();
    if (node.isString()) return List.of(new Part.Text(node.stringValue()));
    if (!node.isArray()) {
      throw Fields.wrongType(fields.path() + "content", "a string or an array of parts", node);
    }
    List<Part> parts = new ArrayList<>(node.size());
    for (Fields part : fields.objects("content", Integer.MAX_VALUE)) {
      switch (part.requiredText("type")) {
        case "text" -> parts.add(new Part.Text(part.requiredText("text")));
        case "refusal" -> parts.add(new Part.Text(part.requiredText("refusal")));
        case "image_url" -> parts.add(image(part));
        default -> {
          /* Kept in the source, for a server that knows it. */
        }
      }
    }
    return parts;
  }

  private static Part image(Fields part) {
    part.required("image_url");
    return ImageAddress.part(part.within("image_url").orElseThrow(), "url");
  }

  private static List<Part> assistant(Fields fields) {
    List<Part> parts = new ArrayList<>();
    reasoning(fields).ifPresent(text -> parts.add(new Part.Reasoning(text, "")));
    parts.addAll(content(fields));
    fields.text("refusal").ifPresent(text -> parts.add(new Part.Text(text)));
    for (Fields call : fields.objects("tool_calls", MAX_TOOL_CALLS)) {
      if (!call.text("type").orElse("function").equals("function")) continue;
      call.required("function");
      Fields function = call.within("function").orElseThrow();
      parts.add(
          new Part.ToolUse(
              call.requiredName("id"),
              function.requiredName("name"),
              function.requiredText("arguments")));
    }
    boolean other = fields.has("tool_calls") || fields.has("function_call") || fields.has("audio");
    if (parts.isEmpty() && !other) fields.required("content");
    return parts;
  }

  /* Two spellings of one extension of open servers. */
  private static Optional<String> reasoning(Fields fields) {
    Optional<String> text = fields.text("reasoning_content");
    return text.isPresent() ? text : fields.text("reasoning");
  }

  private static Part toolResult(Fields fields) {
    String id = fields.requiredName("tool_call_id");
    StringBuilder text = new StringBuilder();
    for (Part part : required(fields)) if (part instanceof Part.Text t) text.append(t.text());
    return new Part.ToolResult(id, text.toString(), false);
  }
}
