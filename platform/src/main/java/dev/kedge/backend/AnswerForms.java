package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.engine.AnswerConstraint;
import dev.kedge.engine.chat.CallableTool;
import dev.kedge.engine.chat.ToolFormat;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.weights.FormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the answers of conversations must look like. The forms that were asked for last are kept,
 * since compiling a schema costs more than using it. Thread-safe.
 */
final class AnswerForms {
  private static final int KEPT = 64;

  private final Optional<ToolFormat> toolFormat;
  private final Tokenizer tokenizer;
  private final Map<Object, AnswerConstraint> kept = new LinkedHashMap<>(16, 0.75f, true);

  AnswerForms(Optional<ToolFormat> toolFormat, Tokenizer tokenizer) {
    this.toolFormat = toolFormat;
    this.tokenizer = tokenizer;
  }

  /* Forced calls, as a key. */
  private record Forced(List<CallableTool> tools, boolean several) {}

  /**
   * The form of a conversation's answer, if it must have one.
   *
   * @throws KedgeException Invalid for what answers cannot be held to
   */
  Optional<AnswerConstraint> form(ChatRequest request) {
    Optional<AnswerConstraint> calls = calls(request);
    if (calls.isPresent() || request.format() instanceof AnswerFormat.Text) return calls;
    if (!tools(request).isEmpty()) {
      throw invalid(
          "an answer of this model cannot both have a form and call tools as it likes; set"
              + " 'tool_choice' to none or required",
          "response_format");
    }
    return switch (request.format()) {
      case AnswerFormat.Text _ -> Optional.empty();
      case AnswerFormat.JsonObject _ -> Optional.of(AnswerConstraint.jsonObject());
      case AnswerFormat.JsonSchema schema ->
          Optional.of(
              kept(
                  schema.schema(),
                  () -> AnswerConstraint.jsonSchema(schema.schema()),
                  "response_format"));
    };
  }

  /**
   * The tools that an answer may call.
   *
   * @throws KedgeException Invalid if the model was not made for tools
   */
  List<Tool> tools(ChatRequest request) {
    if (request.tools().isEmpty() || request.toolChoice() instanceof ToolChoice.None) {
      return List.of();
    }
    if (toolFormat.isPresent()) return request.tools();
    throw invalid("this model's chat template knows no calls of tools; leave 'tools' out", "tools");
  }

  private Optional<AnswerConstraint> calls(ChatRequest request) {
    List<Tool> tools =
        switch (request.toolChoice()) {
          case ToolChoice.Auto _, ToolChoice.None _ -> List.of();
          case ToolChoice.Required _ -> tools(request);
          case ToolChoice.Named named ->
              tools(request).stream().filter(tool -> tool.name().equals(named.name())).toList();
        };
    boolean forced =
        request.toolChoice() instanceof ToolChoice.Required
            || request.toolChoice() instanceof ToolChoice.Named;
    if (!forced || toolFormat.isEmpty()) return Optional.empty();
    if (tools.isEmpty()) {
      throw invalid("'tool_choice' asks for a tool that is not in 'tools'", "tool_choice");
    }
    boolean several =
        request.parallelToolCalls() && request.toolChoice() instanceof ToolChoice.Required;
    List<CallableTool> callable =
        tools.stream()
            .map(tool -> new CallableTool(tool.name(), tool.parameters(), tool.strict()))
            .toList();
    return Optional.of(
        kept(
            new Forced(callable, several),
            () -> AnswerConstraint.toolCalls(toolFormat.get(), callable, several, tokenizer),
            "tools"));
  }

  /* Two threads may compile the same; neither waits for the other. */
  private AnswerConstraint kept(Object key, Supplier<AnswerConstraint> maker, String parameter) {
    synchronized (kept) {
      AnswerConstraint known = kept.get(key);
      if (known != null) return known;
    }
    AnswerConstraint made;
    try {
      made = maker.get();
    } catch (FormatException | IllegalArgumentException e) {
      throw new KedgeException(
          new Failure.Invalid(String.valueOf(e.getMessage()), "unsupported_value", parameter), e);
    }
    synchronized (kept) {
      kept.put(key, made);
      if (kept.size() > KEPT) kept.remove(kept.keySet().iterator().next());
    }
    return made;
  }

  private static KedgeException invalid(String message, String parameter) {
    return new KedgeException(new Failure.Invalid(message, "unsupported_value", parameter));
  }
}
