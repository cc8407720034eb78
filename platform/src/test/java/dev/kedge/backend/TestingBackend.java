package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.engine.FinishReason;
import dev.kedge.engine.TokenEvent;
import java.nio.charset.StandardCharsets;
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
  public String model() {
    return "testing";
  }

  @Override
  public Answer start(Call call) {
    if (taken.incrementAndGet() > places) {
      taken.decrementAndGet();
      throw new KedgeException(new Failure.Overloaded("all places are taken", "queue_full", 1));
    }
    started.incrementAndGet();
    return new Scripted(script(call.prompt()), call.topLogprobs());
  }

  private static String script(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Chat chat -> chat.messages().getLast().content();
      case Prompt.Text text -> text.text();
      case Prompt.Tokens tokens -> "say " + tokens.ids().length + " tokens";
    };
  }

  private final class Scripted implements Answer {
    private final BlockingQueue<AnswerPart> parts = new LinkedBlockingQueue<>();
    private volatile boolean ended;

    Scripted(String script, int topLogprobs) {
      List<String> words =
          script.startsWith("say ")
              ? List.of(script.substring(4).split("\\|", -1))
              : List.of(script.split("\\|", -1));
      int tokens = 0;
      for (String word : words) {
        if (word.equals("hang")) return;
        if (word.equals("fail")) {
          parts.add(end(FinishReason.FAILED, tokens, Optional.of("as the script says")));
          return;
        }
        parts.add(new AnswerPart.Piece(word, score(word, topLogprobs)));
        tokens++;
      }
      parts.add(end(FinishReason.STOP, tokens, Optional.empty()));
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

    private AnswerPart.End end(FinishReason reason, int tokens, Optional<String> message) {
      return new AnswerPart.End(reason, "", new TokenEvent.Usage(7, 3, tokens), message);
    }

    @Override
    public AnswerPart next() throws InterruptedException {
      AnswerPart part = parts.take();
      if (part instanceof AnswerPart.End) {
        parts.add(part);
        leave();
      }
      return part;
    }

    @Override
    public void cancel() {
      if (ended) return;
      parts.clear();
      parts.add(end(FinishReason.CANCELLED, 0, Optional.empty()));
      leave();
    }

    private synchronized void leave() {
      if (ended) return;
      ended = true;
      taken.decrementAndGet();
    }
  }
}
