package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ChatRequest;
import dev.kedge.engine.Model;
import dev.kedge.engine.chat.ChatMessage;
import dev.kedge.engine.chat.ChatTemplate;
import dev.kedge.engine.chat.ChatTemplateException;
import dev.kedge.engine.chat.TemplateInputs;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.weights.FormatException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Conversations in the words of a model's chat template. Thread-safe. */
final class ChatPrompts {
  private final String model;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final TemplateInputs inputs;

  ChatPrompts(String name, Model model) {
    this.model = name;
    this.tokenizer = model.tokenizer();
    this.template = model.chatTemplate();
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
    if (template.isEmpty()) {
      throw new KedgeException(
          new Failure.Invalid(
              "the model '"
                  + model
                  + "' has no chat template; use /v1/completions with a prompt of your own",
              "no_chat_template",
              "messages"));
    }
    List<ChatMessage> messages = request.messages().stream().map(ChatPrompts::message).toList();
    try {
      return tokenizer.encodeChat(template.get().render(messages, inputs));
    } catch (ChatTemplateException | FormatException e) {
      throw new KedgeException(
          new Failure.Invalid(
              "the model's chat template refuses these messages: " + e.getMessage(),
              "invalid_messages",
              ""),
          e);
    }
  }

  private static ChatMessage message(ChatRequest.Message message) {
    return new ChatMessage(
        message.role().name().toLowerCase(Locale.ROOT),
        message.text(),
        message.name().<Map<String, Object>>map(name -> Map.of("name", name)).orElse(Map.of()));
  }
}
