package dev.kedge.wire;

import dev.kedge.wire.CompletionRequest.PromptInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads request bodies of the OpenAI API. Every method throws KedgeException naming the field. */
public final class RequestReader {
  private static final int MAX_MESSAGES = 10_000;
  private static final int MAX_PROMPTS = 16;
  private static final int LEGACY_DEFAULT_MAX_TOKENS = 16;
  private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");

  private RequestReader() {}

  /** A body of {@code POST /v1/chat/completions}. */
  public static ChatRequest chat(byte[] body) {
    Fields fields = Fields.of(Json.parse(body), "");
    UnsupportedFields.refuseInChat(fields);
    String model = fields.requiredText("model");
    List<ChatRequest.Message> messages = messages(fields.required("messages"));
    return new ChatRequest(model, messages, SettingsReader.chat(fields));
  }

  /** A body of {@code POST /v1/completions}. */
  public static CompletionRequest completion(byte[] body) {
    Fields fields = Fields.of(Json.parse(body), "");
    UnsupportedFields.refuseInCompletion(fields);
    String model = fields.requiredText("model");
    List<PromptInput> prompts = prompts(fields.required("prompt"));
    return new CompletionRequest(
        model, prompts, SettingsReader.completion(fields, LEGACY_DEFAULT_MAX_TOKENS));
  }

  private static List<ChatRequest.Message> messages(JsonNode node) {
    if (!node.isArray()) throw Fields.wrongType("messages", "an array", node);
    if (node.isEmpty() || node.size() > MAX_MESSAGES) {
      throw Fields.outOfRange("messages", "an array of 1 to " + MAX_MESSAGES + " messages");
    }
    List<ChatRequest.Message> messages = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      messages.add(message(Fields.of(node.get(i), "messages[" + i + "].")));
    }
    return messages;
  }

  private static ChatRequest.Message message(Fields fields) {
    String role = fields.requiredText("role");
    String place = fields.path();
    if (!ROLES.contains(role)) {
      if (role.equals("tool") || role.equals("function")) {
        throw Fields.unsupported(place + "role", "tools are not supported yet");
      }
      throw Fields.outOfRange(place + "role", "'system', 'developer', 'user' or 'assistant'");
    }
    UnsupportedFields.refuseInMessage(fields);
    return new ChatRequest.Message(
        role.equals("developer") ? "system" : role,
        content(place + "content", fields.required("content")),
        fields.text("name"));
  }

  private static String content(String name, JsonNode node) {
    if (node.isString()) return node.stringValue();
    if (!node.isArray()) throw Fields.wrongType(name, "a string or an array of text parts", node);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < node.size(); i++) {
      Fields part = Fields.of(node.get(i), name + "[" + i + "].");
      String type = part.requiredText("type");
      if (!type.equals("text")) {
        throw Fields.unsupported(
            part.path() + "type", "only parts of type 'text' are, not '" + shorten(type) + "'");
      }
      text.append(part.requiredText("text"));
    }
    return text.toString();
  }

  /* A text, token ids, or a list of either. */
  private static List<PromptInput> prompts(JsonNode node) {
    if (node.isString()) return List.of(new PromptInput.Text(node.stringValue()));
    if (!node.isArray()) {
      throw Fields.wrongType("prompt", "a string, an array of strings or of token ids", node);
    }
    if (node.isEmpty()) throw Fields.outOfRange("prompt", "not empty");
    if (first(node).isNumber()) return List.of(tokens("prompt", node));
    if (node.size() > MAX_PROMPTS) {
      throw Fields.outOfRange("prompt", "an array of at most " + MAX_PROMPTS + " prompts");
    }
    List<PromptInput> prompts = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      String name = "prompt[" + i + "]";
      JsonNode prompt = node.get(i);
      prompts.add(
          prompt.isArray()
              ? tokens(name, prompt)
              : new PromptInput.Text(Fields.text(name, prompt)));
    }
    return prompts;
  }

  private static JsonNode first(JsonNode array) {
    return array.get(0);
  }

  private static PromptInput tokens(String name, JsonNode node) {
    if (node.isEmpty()) throw Fields.outOfRange(name, "not empty");
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Fields.integer(name + "[" + i + "]", node.get(i), 0, Integer.MAX_VALUE);
    }
    return new PromptInput.Tokens(ids);
  }

  /** A value from outside, short enough for a message. */
  static String shorten(@Nullable String text) {
    if (text == null) return "";
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
