package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenCounts;
import dev.kedge.call.TokenScore;
import dev.kedge.engine.FinishReason;
import dev.kedge.engine.Generation;
import dev.kedge.engine.TokenEvent;
import dev.kedge.engine.TokenLogprob;
import dev.kedge.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A generation of the engine in text. One thread reads, any thread may cancel. */
final class EmbeddedAnswer implements Answer {
  private final Generation generation;
  private final Tokenizer tokenizer;
  private final int choice;
  private final Deque<AnswerPart> ready = new ArrayDeque<>();
  private boolean endedHere;
  private String control = "";
  private AnswerPart.@Nullable End end;

  EmbeddedAnswer(Generation generation, Tokenizer tokenizer, int choice) {
    this.generation = generation;
    this.tokenizer = tokenizer;
    this.choice = choice;
  }

  /** For the reader: what follows is not wanted; the answer is complete as it is. */
  void endHere() {
    endedHere = true;
    generation.cancel();
  }

  /** The control token that came with the last text, or empty. */
  String control() {
    return control;
  }

  @Override
  public AnswerPart next() throws InterruptedException {
    AnswerPart part = ready.poll();
    if (part != null) return part;
    if (end != null) return end;
    return switch (generation.next()) {
      case TokenEvent.Token token -> {
        control =
            tokenizer.isControl(token.id()) && !tokenizer.isEndOfGeneration(token.id())
                ? tokenizer.spelling(token.id())
                : "";
        yield new AnswerPart.Text(choice, token.text(), score(token));
      }
      case TokenEvent.End event -> ending(event);
    };
  }

  private AnswerPart ending(TokenEvent.End event) {
    AnswerEnd reason =
        switch (event.reason()) {
          case STOP -> AnswerEnd.STOP;
          case LENGTH -> AnswerEnd.LENGTH;
          case CANCELLED -> {
            if (!endedHere) throw broken(event);
            yield AnswerEnd.STOP;
          }
          case FAILED -> throw broken(event);
          case EXPIRED ->
              throw new KedgeException(
                  new Failure.TimedOut(
                      "the call took longer than its deadline allows", "deadline_exceeded"));
        };
    end =
        new AnswerPart.End(
            TokenCounts.of(
                event.usage().promptTokens(),
                event.usage().cachedTokens(),
                event.usage().completionTokens()));
    AnswerPart finish = new AnswerPart.Finish(choice, reason, Optional.empty());
    if (!event.text().isEmpty()) {
      ready.add(finish);
      ready.add(end);
      return new AnswerPart.Text(choice, event.text(), Optional.empty());
    }
    ready.add(end);
    return finish;
  }

  private static KedgeException broken(TokenEvent.End event) {
    return event.reason() == FinishReason.CANCELLED
        ? new KedgeException(new Failure.Broken("the call was cancelled", "cancelled", true))
        : new KedgeException(
            new Failure.Broken(
                "the model failed: " + event.message().orElse("no reason given"),
                "engine_failed",
                false));
  }

  /* The token that ends the answer is no part of it, so it is not shown. */
  private Optional<TokenScore> score(TokenEvent.Token token) {
    if (token.logprob().isEmpty() || tokenizer.isEndOfGeneration(token.id())) {
      return Optional.empty();
    }
    TokenLogprob scored = token.logprob().get();
    List<TokenScore> top =
        scored.top().stream()
            .map(candidate -> score(candidate.token(), candidate.logprob(), List.of()))
            .toList();
    return Optional.of(score(scored.token(), scored.logprob(), top));
  }

  private TokenScore score(int token, float logprob, List<TokenScore> top) {
    byte[] bytes = tokenizer.bytes(token);
    String text =
        bytes.length == 0 ? tokenizer.spelling(token) : new String(bytes, StandardCharsets.UTF_8);
    return new TokenScore(text, bytes, logprob, top);
  }

  @Override
  public void cancel() {
    generation.cancel();
  }
}
