package dev.kedge.backend.upstream;

import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.Settings;
import dev.kedge.config.UpstreamKind;
import dev.kedge.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a conversation as a body of OpenAI's chat completions. No I/O. */
final class ChatEncoder {
  private final UpstreamKind kind;
  private final ObjectNode body = JsonNodeFactory.instance.objectNode();

  private ChatEncoder(UpstreamKind kind) {
    this.kind = kind;
  }

  /**
   * The body.
   *
   * @throws dev.kedge.base.KedgeException Invalid for what such a server does not understand
   */
  static ObjectNode encode(ChatRequest chat, String id, UpstreamKind kind) {
    ChatEncoder encoder = new ChatEncoder(kind);
    encoder.body.put("model", id);
    ArrayNode messages = encoder.body.putArray("messages");
    for (Message message : chat.messages()) addMessage(messages, message);
    encoder.tools(chat);
    encoder.format(chat.format());
    encoder.settings(chat.settings());
    if (chat.stream())
      encoder.body.put("stream", true).putObject("stream_options").put("include_usage", true);
    return encoder.body;
  }

  private static void addMessage(ArrayNode messages, Message message) {
    /* Results of tools are messages of their own here, in front of what the user says besides. */
    List<Part> rest = new ArrayList<>();
    for (Part part : message.parts()) {
      if (part instanceof Part.ToolResult result) addResult(messages, result);
      else rest.add(part);
    }
    if (message.role() == Role.TOOL || (rest.isEmpty() && !message.parts().isEmpty())) return;
    ObjectNode written = messages.addObject();
    written.put("role", role(message.role()));
    message.name().ifPresent(name -> written.put("name", name));
    if (message.role() == Role.ASSISTANT) assistant(written, rest);
    else content(written, rest);
  }

  private static String role(Role role) {
    return switch (role) {
      case SYSTEM -> "system";
      case USER -> "user";
      case ASSISTANT -> "assistant";
      case TOOL -> "tool";
    };
  }

  /* The API has no mark for a tool that failed, so the words say it. */
  private static void addResult(ArrayNode messages, Part.ToolResult result) {
    messages
        .addObject()
        .put("role", "tool")
        .put("tool_call_id", result.id())
        .put("content", result.error() ? "Error: " + result.text() : result.text());
  }

  private static void assistant(ObjectNode written, List<Part> parts) {
    StringBuilder text = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Text words) text.append(words.text());
      if (part instanceof Part.Reasoning thoughts) reasoning.append(thoughts.text());
      if (part instanceof Part.Image)
        throw Lost.field("messages", "send images in messages of the user");
      if (part instanceof Part.ToolUse use) {
        written
            .withArray("tool_calls")
            .addObject()
            .put("id", use.id())
            .put("type", "function")
            .putObject("function")
            .put("name", use.name())
            .put("arguments", use.arguments());
      }
    }
    if (text.isEmpty() && written.has("tool_calls")) written.putNull("content");
    else written.put("content", text.toString());
    if (!reasoning.isEmpty()) written.put("reasoning_content", reasoning.toString());
  }

  private static void content(ObjectNode written, List<Part> parts) {
    if (parts.size() == 1 && parts.getFirst() instanceof Part.Text text) {
      written.put("content", text.text());
      return;
    }
    ArrayNode content = written.putArray("content");
    for (Part part : parts) {
      if (part instanceof Part.Text text)
        content.addObject().put("type", "text").put("text", text.text());
      if (part instanceof Part.Image image)
        content.addObject().put("type", "image_url").putObject("image_url").put("url", image.url());
    }
  }

  private void tools(ChatRequest chat) {
    if (chat.tools().isEmpty()) return;
    ArrayNode tools = body.putArray("tools");
    for (Tool tool : chat.tools()) {
      ObjectNode function =
          tools.addObject().put("type", "function").putObject("function").put("name", tool.name());
      if (!tool.description().isEmpty()) function.put("description", tool.description());
      function.set("parameters", schema(tool.parameters()));
      if (tool.strict()) function.put("strict", true);
    }
    switch (chat.toolChoice()) {
      case ToolChoice.Auto _ -> {}
      case ToolChoice.None _ -> body.put("tool_choice", "none");
      case ToolChoice.Required _ -> body.put("tool_choice", "required");
      case ToolChoice.Named named ->
          body.putObject("tool_choice")
              .put("type", "function")
              .putObject("function")
              .put("name", named.name());
    }
    if (!chat.parallelToolCalls()) body.put("parallel_tool_calls", false);
  }

  static JsonNode schema(String json) {
    return Json.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private void format(AnswerFormat format) {
    switch (format) {
      case AnswerFormat.Text _ -> {}
      case AnswerFormat.JsonObject _ ->
          body.putObject("response_format").put("type", "json_object");
      case AnswerFormat.JsonSchema given -> {
        ObjectNode schema =
            body.putObject("response_format").put("type", "json_schema").putObject("json_schema");
        schema.put("name", given.name().isEmpty() ? "answer" : given.name());
        schema.set("schema", schema(given.schema()));
        schema.put("strict", given.strict());
      }
    }
  }

  private void settings(Settings settings) {
    String limit = kind == UpstreamKind.OPENAI ? "max_completion_tokens" : "max_tokens";
    settings.maxTokens().ifPresent(value -> body.put(limit, value));
    number("temperature", settings.temperature());
    number("top_p", settings.topP());
    number("presence_penalty", settings.presencePenalty());
    number("frequency_penalty", settings.frequencyPenalty());
    settings.seed().ifPresent(value -> body.put("seed", value));
    if (!settings.stop().isEmpty()) {
      ArrayNode stop = body.putArray("stop");
      settings.stop().forEach(stop::add);
    }
    if (settings.choices() > 1) body.put("n", settings.choices());
    if (settings.topLogprobs() >= 0) {
      body.put("logprobs", true);
      if (settings.topLogprobs() > 0) body.put("top_logprobs", settings.topLogprobs());
    }
    extensions(settings);
  }

  /* Beyond OpenAI's own API; a server that does not know them would pass over them silently. */
  private void extensions(Settings settings) {
    boolean known =
        switch (kind) {
          case VLLM, SGLANG, TRTLLM, TRITON, LLAMACPP -> true;
          case OLLAMA, OPENAI, ANTHROPIC -> false;
        };
    if (known) {
      settings.topK().ifPresent(value -> body.put("top_k", value));
      number("min_p", settings.minP());
      number(
          kind == UpstreamKind.LLAMACPP ? "repeat_penalty" : "repetition_penalty",
          settings.repetitionPenalty());
      if (settings.ignoreEos()) body.put("ignore_eos", true);
    } else {
      Lost.refuse(settings.topK().isPresent(), "top_k", "leave it out or use 'top_p'");
      Lost.refuse(settings.minP(), 0, "min_p");
      Lost.refuse(settings.repetitionPenalty(), 1, "repetition_penalty");
      Lost.refuse(settings.ignoreEos(), "ignore_eos", "leave it out");
    }
  }

  private void number(String name, OptionalDouble value) {
    value.ifPresent(number -> body.put(name, number));
  }
}
