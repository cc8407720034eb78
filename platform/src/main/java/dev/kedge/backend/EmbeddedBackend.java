package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.engine.Engine;
import dev.kedge.engine.Model;
import dev.kedge.engine.QueueFullException;
import dev.kedge.engine.Request;
import dev.kedge.engine.chat.ChatMessage;
import dev.kedge.engine.chat.ChatTemplate;
import dev.kedge.engine.chat.ChatTemplateException;
import dev.kedge.engine.chat.TemplateInputs;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.weights.FormatException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The engine of this process. Thread-safe; closes neither model nor engine. */
public final class EmbeddedBackend implements Backend {
  private static final int RETRY_AFTER_SECONDS = 1;

  private final String name;
  private final Engine engine;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final TemplateInputs inputs;

  /**
   * @param name under which the model is served
   */
  public EmbeddedBackend(String name, Model model, Engine engine) {
    this.name = name;
    this.engine = engine;
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

  @Override
  public String model() {
    return name;
  }

  @Override
  public Answer start(Call call) {
    int[] prompt = tokens(call.prompt());
    int room = engine.contextLength() - prompt.length;
    int maxTokens = call.maxTokens().orElse(Math.max(1, room));
    if (maxTokens > room) throw tooLong(prompt.length, call.maxTokens());
    Request request =
        new Request(
            prompt, maxTokens, call.sampling(), call.stop(), call.topLogprobs(), call.ignoreEos());
    try {
      return new EmbeddedAnswer(engine.submit(request), tokenizer);
    } catch (QueueFullException e) {
      throw new KedgeException(
          new Failure.Overloaded(
              "the server is busy and its queue is full; try again",
              "queue_full",
              RETRY_AFTER_SECONDS),
          e);
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()), "invalid_value", e);
    } catch (IllegalStateException e) {
      throw new KedgeException(
          new Failure.Broken("the model is not running", "engine_closed", true), e);
    }
  }

  private int[] tokens(Prompt prompt) {
    int[] tokens =
        switch (prompt) {
          case Prompt.Chat chat -> chat(chat.messages());
          case Prompt.Text text -> tokenizer.encode(text.text(), true, false);
          case Prompt.Tokens given -> given.ids();
        };
    if (tokens.length > 0) return tokens;
    throw new KedgeException(new Failure.Invalid("the prompt is empty", "invalid_value", "prompt"));
  }

  private int[] chat(List<ChatMessage> messages) {
    if (template.isEmpty()) {
      throw new KedgeException(
          new Failure.Invalid(
              "the model '"
                  + name
                  + "' has no chat template; use /v1/completions with a prompt of your own",
              "no_chat_template",
              "messages"));
    }
    try {
      return tokenizer.encodeChat(template.get().render(messages, inputs));
    } catch (ChatTemplateException | FormatException e) {
      throw invalid(
          "the model's chat template refuses these messages: " + e.getMessage(),
          "invalid_messages",
          e);
    }
  }

  private KedgeException tooLong(int promptTokens, OptionalInt maxTokens) {
    String asked =
        maxTokens.isPresent() ? " and 'max_tokens' asks for " + maxTokens.getAsInt() : "";
    return new KedgeException(
        new Failure.Invalid(
            "the context has "
                + engine.contextLength()
                + " tokens; the prompt has "
                + promptTokens
                + asked
                + "; shorten the prompt or lower 'max_tokens'",
            "context_length_exceeded",
            ""));
  }

  private static KedgeException invalid(String message, String code, Exception cause) {
    return new KedgeException(new Failure.Invalid(message, code, ""), cause);
  }
}
