package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ChatRequest;
import dev.kedge.engine.AnswerConstraint;
import dev.kedge.engine.Model;
import dev.kedge.engine.chat.ChatMessage;
import dev.kedge.engine.chat.ChatTemplate;
import dev.kedge.engine.chat.ChatTemplateException;
import dev.kedge.engine.chat.TemplateInputs;
import dev.kedge.engine.chat.ToolCallParser;
import dev.kedge.engine.chat.ToolFormat;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.weights.FormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Conversations in the words of a model's chat template. Thread-safe. */
final class ChatPrompts {
  private final String model;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final Optional<String> problem;
  private final Optional<ToolFormat> toolFormat;
  private final AnswerForms forms;
  private final TemplateInputs inputs;

  ChatPrompts(String name, Model model) {
    this.model = name;
    this.tokenizer = model.tokenizer();
    this.problem = model.chatTemplateProblem();
    this.template = problem.isPresent() ? Optional.empty() : model.chatTemplate();
    this.toolFormat = template.flatMap(ToolFormat::of);
    this.forms = new AnswerForms(toolFormat, tokenizer);
    /* No clock for templates: the same conversation gives the same prompt on every day. */
    this.inputs =
        new TemplateInputs(
            spelling(tokenizer.beginningOfText()), spelling(tokenizer.endOfText()), true);
  }

  private String spelling(OptionalInt token) {
    return token.isPresent() ? tokenizer.spelling(token.getAsInt()) : "";
  }

  /** The token ids of a conversation and the opening of its next message. */
  int[] tokens(ChatRequest request) {
    if (problem.isPresent()) {
      throw new KedgeException(
          new Failure.Invalid(
              "the chat template of the model '%s' cannot be read (%s); use /v1/completions"
                  .formatted(model, problem.get()),
              "no_chat_template",
              "messages"));
    }
    if (template.isEmpty()) {
      throw new KedgeException(
          new Failure.Invalid(
              "the model '"
                  + model
                  + "' has no chat template; use /v1/completions with a prompt of your own",
              "no_chat_template",
              "messages"));
    }
    List<ChatMessage> messages =
        new ChatMessages(toolFormat.equals(Optional.of(ToolFormat.MISTRAL))).of(request);
    TemplateInputs given = inputs.withTools(forms.tools(request).stream().map(this::tool).toList());
    try {
      return tokenizer.encodeChat(template.get().render(messages, given));
    } catch (ChatTemplateException | FormatException e) {
      throw new KedgeException(
          new Failure.Invalid(
              "the model's chat template refuses these messages: " + e.getMessage(),
              "invalid_messages",
              ""),
          e);
    }
  }

  private Map<String, Object> tool(ChatRequest.Tool tool) {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", tool.name());
    function.put("description", tool.description());
    function.put(
        "parameters", Objects.requireNonNullElse(PlainJson.parse(tool.parameters()), Map.of()));
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("type", "function");
    described.put("function", function);
    return described;
  }

  /** What a conversation's answer must look like, if anything. */
  Optional<AnswerConstraint> form(ChatRequest request) {
    return forms.form(request);
  }

  /** Finds the calls in one answer, where there may be some. */
  Optional<ToolCallParser> parser(ChatRequest request) {
    List<ChatRequest.Tool> tools = forms.tools(request);
    if (tools.isEmpty() || toolFormat.isEmpty()) return Optional.empty();
    Set<String> names = tools.stream().map(ChatRequest.Tool::name).collect(Collectors.toSet());
    return Optional.of(new ToolCallParser(toolFormat.get(), names));
  }
}
