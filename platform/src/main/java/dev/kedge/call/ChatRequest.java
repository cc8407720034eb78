package dev.kedge.call;

import java.util.List;
import java.util.Optional;

/**
 * The next message of a conversation is asked for.
 *
 * @param messages at least one; instructions to the model are messages of {@link Role#SYSTEM}
 * @param tools what the model may call
 * @param toolChoice whether and which
 * @param parallelToolCalls whether one answer may hold several calls
 * @param format what the answer must look like
 * @param includeUsage whether an OpenAI stream ends with a chunk of token counts
 */
public record ChatRequest(
    String model,
    List<Message> messages,
    List<Tool> tools,
    ToolChoice toolChoice,
    boolean parallelToolCalls,
    AnswerFormat format,
    Settings settings,
    boolean stream,
    boolean includeUsage,
    Source source)
    implements ApiRequest {
  public ChatRequest {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }

  @Override
  public ChatRequest withModel(String name) {
    return new ChatRequest(
        name,
        messages,
        tools,
        toolChoice,
        parallelToolCalls,
        format,
        settings,
        stream,
        includeUsage,
        source);
  }

  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL
  }

  /**
   * One message.
   *
   * @param parts possibly none
   * @param name of the speaker, where the API has one
   */
  public record Message(Role role, List<Part> parts, Optional<String> name) {
    public Message {
      parts = List.copyOf(parts);
    }

    /** The texts of the parts, one after the other. */
    public String text() {
      StringBuilder text = new StringBuilder();
      for (Part part : parts) if (part instanceof Part.Text piece) text.append(piece.text());
      return text.toString();
    }
  }

  /** A part of a message. */
  public sealed interface Part {
    /** Words. */
    record Text(String text) implements Part {}

    /**
     * A picture.
     *
     * @param url {@code https:} or {@code data:} with base64
     */
    record Image(String url) implements Part {}

    /**
     * A call of a tool, by the assistant.
     *
     * @param arguments a JSON text as the model wrote it
     */
    record ToolUse(String id, String name, String arguments) implements Part {}

    /** What a tool answered. */
    record ToolResult(String id, String text, boolean error) implements Part {}

    /**
     * What the model thought before it answered.
     *
     * @param signature of Anthropic's, possibly empty
     */
    record Reasoning(String text, String signature) implements Part {}
  }

  /**
   * A function that the model may call.
   *
   * @param parameters JSON Schema as a JSON text, {@code {}} for none
   * @param strict whether arguments must fit the schema
   */
  public record Tool(String name, String description, String parameters, boolean strict) {}

  /** Which tools the answer may or must call. */
  public sealed interface ToolChoice {
    /** The model decides. */
    record Auto() implements ToolChoice {}

    /** No tool. */
    record None() implements ToolChoice {}

    /** At least one, whichever. */
    record Required() implements ToolChoice {}

    /** This one. */
    record Named(String name) implements ToolChoice {}
  }

  /** What the answer must look like. */
  public sealed interface AnswerFormat {
    /** Free text. */
    record Text() implements AnswerFormat {}

    /** Any JSON object. */
    record JsonObject() implements AnswerFormat {}

    /**
     * JSON that fits a schema.
     *
     * @param schema as a JSON text
     */
    record JsonSchema(String name, String schema, boolean strict) implements AnswerFormat {}
  }
}
