package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.TextInput;
import dev.kedge.call.TokenCodec;
import dev.kedge.engine.AnswerConstraint;
import dev.kedge.engine.Engine;
import dev.kedge.engine.Model;
import dev.kedge.engine.QueueFullException;
import dev.kedge.engine.Request;
import dev.kedge.engine.Sampling;
import dev.kedge.engine.Urgency;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.wire.UnsupportedFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The engine of this process. Thread-safe; closes neither model nor engine. */
public final class EmbeddedBackend implements Backend {
  private static final int RETRY_AFTER_SECONDS = 1;
  private static final int MAX_ANSWERS = 64;
  private static final int MAX_INPUTS = 2048;

  private final String name;
  private final Model model;
  private final Engine engine;
  private final Tokenizer tokenizer;
  private final ChatPrompts chats;
  private final boolean sharesPrefixes;

  /** Tenants share nothing of what is computed for them. */
  public EmbeddedBackend(String name, Model model, Engine engine) {
    this(name, model, engine, false);
  }

  /**
   * @param name under which the model is served
   * @param sharesPrefixes whether tenants share what was computed for equal beginnings: faster
   *     where they use the same instructions, but the time to the first token then tells that
   *     somebody sent a text before
   */
  public EmbeddedBackend(String name, Model model, Engine engine, boolean sharesPrefixes) {
    this.sharesPrefixes = sharesPrefixes;
    this.name = name;
    this.model = model;
    this.engine = engine;
    this.tokenizer = model.tokenizer();
    this.chats = new ChatPrompts(name, model);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<TokenCodec> tokens() {
    return Optional.of(new EngineTokens(tokenizer, chats, engine.contextLength()));
  }

  @Override
  public Answer start(ApiRequest request, CallContext context) {
    UnsupportedFields.refuseUnsupported(request);
    return switch (request) {
      case ChatRequest chat -> chat(chat, context);
      case CompletionRequest completion ->
          answers(
              completion.prompts().stream().map(this::tokens).toList(),
              completion.settings(),
              context,
              Optional.empty(),
              (_, generation) -> generation);
      case EmbeddingRequest embedding -> vectors(embedding);
    };
  }

  /* Makes an answer of a choice's text. */
  private interface Reading {
    Answer of(int choice, EmbeddedAnswer text);
  }

  private Answer chat(ChatRequest chat, CallContext context) {
    Optional<AnswerConstraint> form = chats.form(chat);
    return answers(
        List.of(chats.tokens(chat)),
        chat.settings(),
        context,
        form,
        (choice, text) ->
            chats
                .parser(chat)
                .<Answer>map(parser ->
                    new ToolAnswer(text, parser, context.id(), choice, chat.parallelToolCalls()))
                .orElse(text));
  }

  private Answer vectors(EmbeddingRequest request) {
    int width = model.info().embeddingLength();
    if (request.dimensions().orElse(width) != width) {
      throw new KedgeException(
          new Failure.Invalid(
              "this model's vectors have " + width + " dimensions; leave 'dimensions' out",
              "unsupported_value",
              "dimensions"));
    }
    if (request.inputs().size() > MAX_INPUTS) {
      throw new KedgeException(
          new Failure.Invalid(
              "'input' must hold at most " + MAX_INPUTS + " texts", "invalid_value", "input"));
    }
    return new EmbeddedVectors(engine, request.inputs().stream().map(this::tokens).toList());
  }

  /** Whether calls are taken: the engine has not failed or been closed. */
  public boolean alive() {
    return engine.alive();
  }

  private int[] tokens(TextInput input) {
    return switch (input) {
      case TextInput.Text text -> tokenizer.encode(text.text(), true, false);
      case TextInput.Tokens tokens -> tokens.ids();
    };
  }

  private Answer answers(
      List<int[]> prompts,
      Settings settings,
      CallContext context,
      Optional<AnswerConstraint> form,
      Reading reading) {
    int count = Math.multiplyExact(prompts.size(), settings.choices());
    if (count > MAX_ANSWERS) {
      throw new KedgeException(
          new Failure.Invalid(
              "prompts times 'n' must be at most " + MAX_ANSWERS, "invalid_value", "n"));
    }
    long seed = settings.seed().orElse(context.seed());
    List<Answer> answers = new ArrayList<>(count);
    try {
      for (int[] prompt : prompts) {
        for (int choice = 0; choice < settings.choices(); choice++) {
          Request request =
              request(prompt, settings, Seeds.ofChoice(seed, choice), form)
                  .with(urgency(context))
                  .within(sharesPrefixes ? "" : context.tenant());
          int index = answers.size();
          answers.add(reading.of(index, answer(request, index)));
        }
      }
      return count == 1 ? answers.getFirst() : new Choices(answers, settings.choices());
    } catch (RuntimeException e) {
      answers.forEach(Answer::close);
      throw e;
    }
  }

  private static Urgency urgency(CallContext context) {
    if (context.deadline() == Long.MAX_VALUE) {
      return new Urgency(context.priority(), Optional.empty());
    }
    long left = Math.max(1, context.deadline() - System.nanoTime());
    return new Urgency(context.priority(), Optional.of(Duration.ofNanos(left)));
  }

  private Request request(
      int[] prompt, Settings settings, long seed, Optional<AnswerConstraint> form) {
    if (prompt.length == 0) {
      throw new KedgeException(
          new Failure.Invalid("the prompt is empty", "invalid_value", "prompt"));
    }
    int room = engine.contextLength() - prompt.length;
    int maxTokens = settings.maxTokens().orElse(Math.max(1, room));
    if (maxTokens > room) throw tooLong(prompt.length, settings.maxTokens());
    try {
      return new Request(
          prompt,
          maxTokens,
          sampling(settings, seed),
          settings.stop(),
          settings.topLogprobs(),
          settings.ignoreEos(),
          form);
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  /* What the caller leaves open has the defaults of the OpenAI API. */
  private static Sampling sampling(Settings settings, long seed) {
    return new Sampling(
        (float) settings.temperature().orElse(1),
        settings.topK().orElse(0),
        (float) settings.topP().orElse(1),
        (float) settings.minP().orElse(0),
        (float) settings.repetitionPenalty().orElse(1),
        (float) settings.presencePenalty().orElse(0),
        (float) settings.frequencyPenalty().orElse(0),
        seed);
  }

  private EmbeddedAnswer answer(Request request, int choice) {
    try {
      return new EmbeddedAnswer(engine.submit(request), tokenizer, choice);
    } catch (QueueFullException e) {
      throw busy(e);
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    } catch (IllegalStateException e) {
      throw stopped(e);
    }
  }

  static KedgeException busy(QueueFullException e) {
    return new KedgeException(
        new Failure.Overloaded(
            "the server is busy and its queue is full; try again",
            "queue_full",
            RETRY_AFTER_SECONDS),
        e);
  }

  static KedgeException stopped(IllegalStateException e) {
    return new KedgeException(
        new Failure.Broken("the model is not running", "engine_closed", true), e);
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

  static KedgeException invalid(RuntimeException e) {
    return new KedgeException(
        new Failure.Invalid(String.valueOf(e.getMessage()), "invalid_value", ""), e);
  }
}
