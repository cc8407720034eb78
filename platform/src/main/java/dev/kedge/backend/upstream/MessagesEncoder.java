package dev.kedge.backend.upstream;

import dev.kedge.base.KedgeException;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a conversation as a body of Anthropic's messages. No I/O. */
final class MessagesEncoder {
  /* The API wants a number; every model takes this one, and an answer cut by it says so. */
  private static final int DEFAULT_MAX_TOKENS = 4_096;
  private static final String OTHER_MODEL = "leave it out or ask another model";

  private final ObjectNode body = JsonNodeFactory.instance.objectNode();

  private MessagesEncoder() {}

  /**
   * The body.
   *
   * @throws KedgeException Invalid for what the API has no words for
   */
  static ObjectNode encode(ChatRequest chat, String id) {
    MessagesEncoder encoder = new MessagesEncoder();
    encoder.body.put("model", id);
    encoder.settings(chat.settings());
    encoder.messages(chat.messages());
    encoder.tools(chat);
    encoder.format(chat.format());
    if (chat.stream()) encoder.body.put("stream", true);
    return encoder.body;
  }

  private void settings(Settings settings) {
    body.put("max_tokens", settings.maxTokens().orElse(DEFAULT_MAX_TOKENS));
    Lost.refuse(settings.temperature().orElse(0) > 1, "temperature", "it must be at most 1 there");
    Lost.refuse(settings.choices() > 1, "n", "ask several times");
    Lost.refuse(settings.topLogprobs() >= 0, "logprobs", OTHER_MODEL);
    Lost.refuse(settings.seed().isPresent(), "seed", OTHER_MODEL);
    Lost.refuse(settings.ignoreEos(), "ignore_eos", OTHER_MODEL);
    Lost.refuse(settings.minP(), 0, "min_p");
    Lost.refuse(settings.repetitionPenalty(), 1, "repetition_penalty");
    Lost.refuse(settings.presencePenalty(), 0, "presence_penalty");
    Lost.refuse(settings.frequencyPenalty(), 0, "frequency_penalty");
    settings.temperature().ifPresent(value -> body.put("temperature", value));
    settings.topP().ifPresent(value -> body.put("top_p", value));
    settings.topK().ifPresent(value -> body.put("top_k", value));
    if (!settings.stop().isEmpty()) {
      ArrayNode stop = body.putArray("stop_sequences");
      settings.stop().forEach(stop::add);
    }
  }

  private void messages(List<Message> messages) {
    ArrayNode written = JsonNodeFactory.instance.arrayNode();
    Role last = Role.SYSTEM;
    @Nullable ArrayNode content = null;
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      String place = "messages[" + i + "]";
      if (message.role() == Role.SYSTEM) {
        Lost.refuse(!written.isEmpty(), place, "instructions must come first there");
        system(message, place);
        continue;
      }
      if (message.role() != Role.TOOL)
        Lost.refuse(message.name().isPresent(), place + ".name", "write it into the text");
      Role role = message.role() == Role.ASSISTANT ? Role.ASSISTANT : Role.USER;
      /* What tools answer and what the user adds is one turn here. */
      if (content == null || role != last) {
        ObjectNode turn = written.addObject();
        turn.put("role", role == Role.ASSISTANT ? "assistant" : "user");
        content = turn.putArray("content");
        last = role;
      }
      for (Part part : message.parts()) content(content, part, place);
      if (content.isEmpty()) throw Lost.field(place, "it must not be empty there");
    }
    Lost.refuse(written.isEmpty(), "messages", "there must be one of the user");
    Lost.refuse(
        last == Role.ASSISTANT, "messages", "the last one must be of the user or a tool there");
    body.set("messages", written);
  }

  private void system(Message message, String place) {
    Lost.refuse(message.name().isPresent(), place + ".name", "write it into the text");
    for (Part part : message.parts()) {
      if (!(part instanceof Part.Text text)) throw Lost.field(place, "instructions must be text");
      if (!text.text().isEmpty())
        body.withArray("system").addObject().put("type", "text").put("text", text.text());
    }
  }

  private static void content(ArrayNode content, Part part, String place) {
    switch (part) {
      case Part.Text text -> {
        /* An empty block is refused by the API and says nothing. */
        if (!text.text().isEmpty())
          content.addObject().put("type", "text").put("text", text.text());
      }
      case Part.Image image -> image(content.addObject(), image.url(), place);
      case Part.ToolUse use -> {
        ObjectNode block = content.addObject().put("type", "tool_use");
        block.put("id", use.id()).put("name", use.name());
        block.set("input", arguments(use.arguments(), place));
      }
      case Part.ToolResult result -> {
        ObjectNode block = content.addObject().put("type", "tool_result");
        block.put("tool_use_id", result.id()).put("content", result.text());
        if (result.error()) block.put("is_error", true);
      }
      case Part.Reasoning thoughts -> {
        Lost.refuse(
            thoughts.signature().isEmpty(),
            place + ".reasoning_content",
            "only its own signed thoughts are read there; leave it out");
        content
            .addObject()
            .put("type", "thinking")
            .put("thinking", thoughts.text())
            .put("signature", thoughts.signature());
      }
    }
  }

  private static void image(ObjectNode block, String url, String place) {
    ObjectNode source = block.put("type", "image").putObject("source");
    if (!url.startsWith("data:")) {
      source.put("type", "url").put("url", url);
      return;
    }
    int comma = url.indexOf(";base64,");
    Lost.refuse(comma < 0, place + ".content", "a picture's data must be in base64");
    source
        .put("type", "base64")
        .put("media_type", url.substring("data:".length(), comma))
        .put("data", url.substring(comma + ";base64,".length()));
  }

  private static JsonNode arguments(String json, String place) {
    if (json.isBlank()) return JsonNodeFactory.instance.objectNode();
    try {
      JsonNode arguments = ChatEncoder.schema(json);
      if (arguments.isObject()) return arguments;
    } catch (KedgeException _) {
      /* Told below. */
    }
    throw Lost.field(place + ".tool_calls", "arguments must be a JSON object there");
  }

  private void tools(ChatRequest chat) {
    if (chat.tools().isEmpty()) return;
    ArrayNode tools = body.putArray("tools");
    for (Tool tool : chat.tools()) {
      ObjectNode written = tools.addObject().put("name", tool.name());
      if (!tool.description().isEmpty()) written.put("description", tool.description());
      JsonNode schema = ChatEncoder.schema(tool.parameters());
      if (schema.isEmpty()) written.putObject("input_schema").put("type", "object");
      else written.set("input_schema", schema);
      if (tool.strict()) written.put("strict", true);
    }
    ObjectNode choice = JsonNodeFactory.instance.objectNode();
    switch (chat.toolChoice()) {
      case ToolChoice.Auto _ -> choice.put("type", "auto");
      case ToolChoice.None _ -> choice.put("type", "none");
      case ToolChoice.Required _ -> choice.put("type", "any");
      case ToolChoice.Named named -> choice.put("type", "tool").put("name", named.name());
    }
    boolean none = chat.toolChoice() instanceof ToolChoice.None;
    if (!chat.parallelToolCalls() && !none) choice.put("disable_parallel_tool_use", true);
    if (choice.size() > 1 || !(chat.toolChoice() instanceof ToolChoice.Auto))
      body.set("tool_choice", choice);
  }

  private void format(AnswerFormat format) {
    switch (format) {
      case AnswerFormat.Text _ -> {}
      case AnswerFormat.JsonObject _ ->
          throw Lost.field("response_format", "use 'json_schema' and describe the object");
      case AnswerFormat.JsonSchema given ->
          body.putObject("output_config")
              .putObject("format")
              .put("type", "json_schema")
              .set("schema", ChatEncoder.schema(given.schema()));
    }
  }
}
