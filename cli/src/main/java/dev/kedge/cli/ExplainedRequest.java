package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A chat completion as far as the choice of a tier looks at it. */
final class ExplainedRequest {
  private static final long LARGEST_BYTES = 64 << 20;

  private ExplainedRequest() {}

  static ChatRequest ofPrompt(String prompt, String model) {
    Message message = new Message(Role.USER, List.of(new Part.Text(prompt)), Optional.empty());
    return request(
        model,
        List.of(message),
        List.of(),
        new AnswerFormat.Text(),
        JsonNodeFactory.instance.objectNode());
  }

  /** Reads the body of a chat completion. */
  static ChatRequest read(Path file, String model) throws IOException {
    if (Files.size(file) > LARGEST_BYTES)
      throw KedgeException.invalid(file + ": larger than 64 MiB");
    try {
      JsonNode body = new JsonMapper().readTree(Files.readString(file));
      if (body instanceof ObjectNode object && body.path("messages").isArray()) {
        return request(model, messages(body.path("messages")), tools(body), format(body), object);
      }
    } catch (JacksonException e) {
      throw KedgeException.invalid(file + ": not JSON: " + e.getOriginalMessage());
    }
    throw KedgeException.invalid(file + ": no body of a chat completion: 'messages' is missing");
  }

  private static ChatRequest request(
      String model,
      List<Message> messages,
      List<Tool> tools,
      AnswerFormat format,
      ObjectNode body) {
    Settings settings =
        new Settings(
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            List.of(),
            1,
            -1,
            false);
    return new ChatRequest(
        model,
        messages,
        tools,
        new ToolChoice.Auto(),
        true,
        format,
        settings,
        false,
        false,
        new Source(Api.CHAT_COMPLETIONS, body));
  }

  private static List<Message> messages(JsonNode nodes) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode node : nodes) {
      Role role =
          switch (node.path("role").asString("")) {
            case "system", "developer" -> Role.SYSTEM;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default -> Role.USER;
          };
      messages.add(new Message(role, parts(node), Optional.empty()));
    }
    return messages;
  }

  private static List<Part> parts(JsonNode message) {
    List<Part> parts = new ArrayList<>();
    JsonNode content = message.path("content");
    if (content.isString()) parts.add(new Part.Text(content.asString()));
    for (JsonNode part : content) {
      if (part.path("text").isString()) parts.add(new Part.Text(part.path("text").asString()));
      else if (part.path("image_url").isObject()) {
        parts.add(new Part.Image(part.path("image_url").path("url").asString("")));
      }
    }
    for (JsonNode call : message.path("tool_calls")) {
      JsonNode function = call.path("function");
      parts.add(
          new Part.ToolUse(
              call.path("id").asString(""),
              function.path("name").asString(""),
              function.path("arguments").asString("")));
    }
    return parts;
  }

  private static List<Tool> tools(JsonNode body) {
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      tools.add(new Tool(tool.path("function").path("name").asString(""), "", "{}", false));
    }
    return tools;
  }

  private static AnswerFormat format(JsonNode body) {
    return switch (body.path("response_format").path("type").asString("text")) {
      case "json_object" -> new AnswerFormat.JsonObject();
      case "json_schema" -> new AnswerFormat.JsonSchema("", "{}", false);
      default -> new AnswerFormat.Text();
    };
  }
}
