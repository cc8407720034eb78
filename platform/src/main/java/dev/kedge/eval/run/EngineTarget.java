package dev.kedge.eval.run;

import dev.kedge.backend.Answer;
import dev.kedge.backend.EmbeddedBackend;
import dev.kedge.backend.GivenText;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.call.TextInput;
import dev.kedge.call.TokenCounts;
import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.Model;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Reply;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/** A model file, run by the engine of this process. Thread-safe. */
public final class EngineTarget implements Target {
  private static final System.Logger LOG = System.getLogger(EngineTarget.class.getName());
  private static final int MOST_WAITING = 1000;
  private static final double NANOS_PER_MS = 1e6;

  private final String label;
  private final String sha256;
  private final Model model;
  private final Engine engine;
  private final EmbeddedBackend backend;
  private final GivenText given;

  private EngineTarget(String label, String sha256, Model model, Engine engine) {
    this.label = label;
    this.sha256 = sha256;
    this.model = model;
    this.engine = engine;
    this.backend = new EmbeddedBackend(label, model, engine);
    this.given = new GivenText(model, engine);
  }

  /**
   * Loads a GGUF file, digests it and starts an engine.
   *
   * @throws dev.kedge.engine.weights.FormatException if the file is broken
   */
  public static EngineTarget open(Path file) throws IOException {
    Model model = Model.load(file);
    try {
      String sha256 = model.digest(_ -> {}).sha256();
      String name = String.valueOf(file.getFileName()).replaceFirst("\\.gguf$", "");
      Engine engine = Engine.start(model, EngineOptions.defaults().withMaxQueued(MOST_WAITING));
      engine.notice().ifPresent(notice -> LOG.log(Level.WARNING, name + ": " + notice));
      return new EngineTarget(name, sha256, model, engine);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Kind kind() {
    return Kind.FILE;
  }

  @Override
  public String identity() {
    return sha256;
  }

  @Override
  public Reply ask(EvalCase question, Asking asking) throws InterruptedException {
    long start = System.nanoTime();
    try {
      return switch (asking.mode()) {
        case CHAT -> written(question, chat(question, asking), asking, start);
        case PLAIN -> written(question, plain(question, asking), asking, start);
        case LIKELIHOOD -> choose(question, start);
      };
    } catch (KedgeException e) {
      return Reply.failed(kind(e.failure()) + ": " + e.getMessage(), since(start));
    }
  }

  private static String kind(Failure failure) {
    return failure.retryable() ? "busy" : failure.code();
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / NANOS_PER_MS;
  }

  private Reply choose(EvalCase question, long start) throws InterruptedException {
    List<Double> likelihoods = new ArrayList<>();
    for (String option : question.options()) {
      likelihoods.add(given.logprob(question.input(), option));
    }
    return Likelihoods.reply(question, likelihoods, since(start), "");
  }

  private Reply written(EvalCase question, ApiRequest request, Asking asking, long start)
      throws InterruptedException {
    StringBuilder text = new StringBuilder();
    String finish = "";
    double first = -1;
    // The seed depends on what is asked, so that a case is answered alike in every run.
    long seed = Long.parseUnsignedLong(question.promptDigest(), 0, 15, 16) + asking.attempt();
    CallContext context = new CallContext(question.id(), 0, seed, Long.MAX_VALUE);
    try (Answer answer = backend.start(request, context)) {
      while (true) {
        switch (answer.next()) {
          case AnswerPart.Text part -> {
            if (first < 0) first = since(start);
            text.append(part.text());
          }
          case AnswerPart.Finish end -> finish = end.reason().name().toLowerCase(Locale.ROOT);
          case AnswerPart.End end -> {
            return reply(text.toString(), finish, end.tokens(), Math.max(0, first), start);
          }
          case AnswerPart.Reasoning _,
              AnswerPart.Refusal _,
              AnswerPart.ToolCall _,
              AnswerPart.ToolArguments _,
              AnswerPart.Vector _,
              AnswerPart.Frame _,
              AnswerPart.Body _ -> {
            // Nothing of this was asked for.
          }
        }
      }
    }
  }

  private static Reply reply(
      String text, String finish, TokenCounts tokens, double first, long start) {
    return new Reply(
        text,
        finish,
        (int) tokens.input(),
        (int) tokens.output(),
        first,
        since(start),
        "",
        List.of(),
        "");
  }

  private CompletionRequest plain(EvalCase question, Asking asking) {
    return new CompletionRequest(
        label,
        List.of(new TextInput.Text(asking.text(question.input()))),
        settings(asking),
        false,
        false,
        new Source(Api.COMPLETIONS, JsonNodeFactory.instance.objectNode()));
  }

  private static Settings settings(Asking asking) {
    return Settings.UNSET.withMaxTokens(asking.maxTokens()).withTemperature(asking.temperature());
  }

  private ChatRequest chat(EvalCase question, Asking asking) {
    List<ChatRequest.Message> messages = new ArrayList<>();
    if (!asking.system().isEmpty()) {
      messages.add(message(ChatRequest.Role.SYSTEM, asking.system()));
    }
    messages.add(message(ChatRequest.Role.USER, question.input()));
    return new ChatRequest(
        label,
        messages,
        List.of(),
        new ChatRequest.ToolChoice.Auto(),
        false,
        new ChatRequest.AnswerFormat.Text(),
        settings(asking),
        false,
        false,
        new Source(Api.CHAT_COMPLETIONS, JsonNodeFactory.instance.objectNode()));
  }

  private static ChatRequest.Message message(ChatRequest.Role role, String text) {
    return new ChatRequest.Message(
        role, List.of(new ChatRequest.Part.Text(text)), Optional.empty());
  }

  @Override
  public void close() {
    engine.close();
    model.close();
  }
}
