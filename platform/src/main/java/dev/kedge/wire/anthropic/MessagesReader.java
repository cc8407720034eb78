package dev.kedge.wire.anthropic;

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
import dev.kedge.wire.Fields;
import dev.kedge.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads bodies of {@code POST /v1/messages} and of its {@code /count_tokens}. */
public final class MessagesReader {
  private static final int MAX_MESSAGES = 10_000;
  private static final int MAX_TOOLS = 1_024;
  private static final int MAX_STOPS = 64;
  private static final int MAX_STOP_LENGTH = 1_000;

  private MessagesReader() {}

  /**
   * The call; what the records cannot hold is kept in its source.
   *
   * @throws KedgeException Invalid, naming the field
   */
  public static ChatRequest read(byte[] bytes) {
    ObjectNode body = Json.object(bytes);
    Fields fields = Fields.of(body, "");
    fields.required("max_tokens");
    return read(body, fields);
  }

  /**
   * The conversation whose tokens are to be counted.
   *
   * @throws KedgeException Invalid, naming the field
   */
  public static ChatRequest readToCount(byte[] bytes) {
    ObjectNode body = Json.object(bytes);
    return read(body, Fields.of(body, ""));
  }

  private static ChatRequest read(ObjectNode body, Fields fields) {
    String model = fields.requiredText("model");
    List<Tool> tools = tools(fields);
    Optional<Fields> choice = fields.within("tool_choice");
    return new ChatRequest(
        model,
        messages(fields),
        tools,
        choice.map(MessagesReader::choice).orElseGet(() -> unchosen(tools)),
        !choice.map(one -> one.flag("disable_parallel_tool_use", false)).orElse(false),
        format(fields),
        settings(fields),
        fields.flag("stream", false),
        true,
        new Source(Api.MESSAGES, body));
  }

  private static List<Message> messages(Fields fields) {
    List<Message> messages = new ArrayList<>();
    if (fields.has("system")) {
      messages.add(
          new Message(Role.SYSTEM, ContentBlocks.texts(fields, "system"), Optional.empty()));
    }
    JsonNode node = fields.required("messages");
    if (!node.isArray()) throw Fields.wrongType("messages", "an array", node);
    if (node.isEmpty() || node.size() > MAX_MESSAGES) {
      throw Fields.outOfRange("messages", "an array of 1 to " + MAX_MESSAGES + " messages");
    }
    for (Fields message : fields.objects("messages", MAX_MESSAGES)) add(message, messages);
    return messages;
  }

  private static void add(Fields message, List<Message> messages) {
    Role role =
        switch (message.requiredText("role")) {
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          default -> throw Fields.outOfRange(message.path() + "role", "'user' or 'assistant'");
        };
    int before = messages.size();
    List<Part> spoken = new ArrayList<>();
    for (Part part : ContentBlocks.read(message, "content")) {
      if (part instanceof Part.ToolResult) {
        end(role, spoken, messages);
        messages.add(new Message(Role.TOOL, List.of(part), Optional.empty()));
      } else {
        spoken.add(part);
      }
    }
    end(role, spoken, messages);
    if (messages.size() == before) messages.add(new Message(role, List.of(), Optional.empty()));
  }

  private static void end(Role role, List<Part> spoken, List<Message> messages) {
    if (spoken.isEmpty()) return;
    messages.add(new Message(role, spoken, Optional.empty()));
    spoken.clear();
  }

  /* Tools that run at the provider have a type of their own and stay in the source. */
  private static List<Tool> tools(Fields fields) {
    List<Tool> tools = new ArrayList<>();
    for (Fields tool : fields.objects("tools", MAX_TOOLS)) {
      if (!tool.text("type").orElse("custom").equals("custom")) continue;
      String name = tool.requiredName("name");
      tool.required("input_schema");
      tools.add(
          new Tool(
              name,
              tool.text("description").orElse(""),
              tool.within("input_schema").orElseThrow().object().toString(),
              tool.flag("strict", false)));
    }
    return tools;
  }

  private static ToolChoice unchosen(List<Tool> tools) {
    return tools.isEmpty() ? new ToolChoice.None() : new ToolChoice.Auto();
  }

  private static ToolChoice choice(Fields choice) {
    return switch (choice.requiredText("type")) {
      case "auto" -> new ToolChoice.Auto();
      case "any" -> new ToolChoice.Required();
      case "none" -> new ToolChoice.None();
      case "tool" -> new ToolChoice.Named(choice.requiredName("name"));
      default -> throw Fields.outOfRange("tool_choice.type", "'auto', 'any', 'tool' or 'none'");
    };
  }

  private static AnswerFormat format(Fields fields) {
    Optional<Fields> format =
        fields
            .within("output_config")
            .flatMap(config -> config.within("format"))
            .or(() -> fields.within("output_format"));
    if (format.isEmpty() || !format.get().requiredText("type").equals("json_schema")) {
      return new AnswerFormat.Text();
    }
    format.get().required("schema");
    return new AnswerFormat.JsonSchema(
        "answer", format.get().within("schema").orElseThrow().object().toString(), true);
  }

  private static Settings settings(Fields fields) {
    OptionalDouble none = OptionalDouble.empty();
    return new Settings(
        fields.integer("max_tokens", 1, Integer.MAX_VALUE),
        fields.number("temperature", 0, 1),
        topK(fields),
        fields.positive("top_p", 1),
        none,
        none,
        none,
        none,
        fields.longInteger("seed"),
        stops(fields),
        1,
        -1,
        false);
  }

  private static OptionalInt topK(Fields fields) {
    OptionalInt value = fields.integer("top_k", 0, Integer.MAX_VALUE);
    return value.orElse(0) > 0 ? value : OptionalInt.empty();
  }

  private static List<String> stops(Fields fields) {
    List<String> stops = fields.texts("stop_sequences", MAX_STOPS);
    for (String text : stops) {
      if (text.isEmpty() || text.length() > MAX_STOP_LENGTH) {
        throw Fields.outOfRange(
            "stop_sequences", "texts of 1 to " + MAX_STOP_LENGTH + " characters");
      }
    }
    return stops;
  }
}
