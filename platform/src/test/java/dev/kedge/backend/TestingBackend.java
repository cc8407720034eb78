package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.TextInput;
import dev.kedge.call.TokenCodec;
import dev.kedge.call.TokenCounts;
import dev.kedge.call.TokenScore;
import dev.kedge.wire.UnsupportedFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend whose answer is written in the prompt: {@code say a|b|c} answers with these pieces,
 * {@code hang} never ends, {@code say a|hang} hangs after the first piece, {@code say a|fail} fails
 * after it. Places are limited and counted.
 */
public final class TestingBackend implements Backend {
  private final int places;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger started = new AtomicInteger();

  public TestingBackend(int places) {
    this.places = places;
  }

  /** Answers that have neither ended nor been cancelled. */
  public int taken() {
    return taken.get();
  }

  public int started() {
    return started.get();
  }

  @Override
  public String name() {
    return "testing";
  }

  /** One token per character. */
  private record Characters() implements TokenCodec {
    @Override
    public int[] encode(String text, boolean special) {
      return (special ? "^" + text : text).chars().toArray();
    }

    @Override
    public int[] encode(ChatRequest request) {
      UnsupportedFields.refuseUnsupported(request);
      StringBuilder text = new StringBuilder();
      request.messages().forEach(message -> text.append(message.text()));
      return encode(text.toString(), true);
    }

    @Override
    public String decode(int[] tokens) {
      return new String(tokens, 0, tokens.length);
    }

    @Override
    public int contextLength() {
      return 4_096;
    }
  }

  @Override
  public Optional<TokenCodec> tokens() {
    return Optional.of(new Characters());
  }

  @Override
  public Answer start(ApiRequest request, CallContext context) {
    UnsupportedFields.refuseUnsupported(request);
    return switch (request) {
      case ChatRequest chat -> answers(List.of(chat.messages().getLast().text()), chat.settings());
      case CompletionRequest completion ->
          answers(
              completion.prompts().stream().map(TestingBackend::script).toList(),
              completion.settings());
      case EmbeddingRequest embedding -> new Vectors(embedding.inputs().size());
    };
  }

  /** The vector of an input is its index and a half. */
  private static final class Vectors implements Answer {
    private final int inputs;
    private int given;

    Vectors(int inputs) {
      this.inputs = inputs;
    }

    @Override
    public AnswerPart next() {
      if (given == inputs) return new AnswerPart.End(TokenCounts.of(inputs, 0, 0));
      int input = given++;
      return new AnswerPart.Vector(input, new float[] {input, 0.5f});
    }

    @Override
    public void cancel() {}
  }

  private static String script(TextInput prompt) {
    return switch (prompt) {
      case TextInput.Text text -> text.text();
      case TextInput.Tokens tokens -> "say " + tokens.ids().length + " tokens";
    };
  }

  private Answer answers(List<String> scripts, Settings settings) {
    List<Answer> answers = new ArrayList<>();
    try {
      for (String script : scripts) {
        for (int i = 0; i < settings.choices(); i++) {
          answers.add(answer(script, settings.topLogprobs(), answers.size()));
        }
      }
    } catch (KedgeException e) {
      answers.forEach(Answer::close);
      throw e;
    }
    return answers.size() == 1 ? answers.getFirst() : new Choices(answers, settings.choices());
  }

  private Answer answer(String script, int topLogprobs, int choice) {
    if (taken.incrementAndGet() > places) {
      taken.decrementAndGet();
      throw new KedgeException(new Failure.Overloaded("all places are taken", "queue_full", 1));
    }
    started.incrementAndGet();
    return new Scripted(script, topLogprobs, choice);
  }

  /** A part, or the failure that stands in its place. */
  private sealed interface Step {
    record Part(AnswerPart part) implements Step {}

    record Failed(Failure failure) implements Step {}
  }

  private final class Scripted implements Answer {
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private volatile boolean ended;

    Scripted(String script, int topLogprobs, int choice) {
      List<String> words =
          script.startsWith("say ")
              ? List.of(script.substring(4).split("\\|", -1))
              : List.of(script.split("\\|", -1));
      int tokens = 0;
      for (String word : words) {
        if (word.equals("hang")) return;
        if (word.equals("fail")) {
          steps.add(
              new Step.Failed(
                  new Failure.Broken(
                      "the model failed: as the script says", "engine_failed", false)));
          return;
        }
        add(new AnswerPart.Text(choice, word, score(word, topLogprobs)));
        tokens++;
      }
      add(new AnswerPart.Finish(choice, AnswerEnd.STOP, Optional.empty()));
      add(new AnswerPart.End(TokenCounts.of(7, 3, tokens)));
    }

    private void add(AnswerPart part) {
      steps.add(new Step.Part(part));
    }

    private Optional<TokenScore> score(String word, int top) {
      if (top < 0) return Optional.empty();
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      TokenScore plain = new TokenScore(word, bytes, -0.5f, List.of());
      TokenScore other =
          new TokenScore("other", new byte[] {1, (byte) 0xFF}, Float.NEGATIVE_INFINITY, List.of());
      return Optional.of(
          new TokenScore(word, bytes, -0.5f, List.of(plain, other).subList(0, Math.min(top, 2))));
    }

    @Override
    public AnswerPart next() throws InterruptedException {
      Step step = steps.take();
      return switch (step) {
        case Step.Failed failed -> {
          steps.add(step);
          leave();
          throw new KedgeException(failed.failure);
        }
        case Step.Part given -> {
          if (given.part instanceof AnswerPart.End) {
            steps.add(step);
            leave();
          }
          yield given.part;
        }
      };
    }

    @Override
    public void cancel() {
      if (ended) return;
      steps.clear();
      steps.add(new Step.Failed(new Failure.Broken("the call was cancelled", "cancelled", true)));
      leave();
    }

    private synchronized void leave() {
      if (ended) return;
      ended = true;
      taken.decrementAndGet();
    }
  }
}
