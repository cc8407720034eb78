package dev.kedge.backend;

import dev.kedge.engine.Generation;
import dev.kedge.engine.TokenEvent;
import dev.kedge.engine.TokenLogprob;
import dev.kedge.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A generation of the engine in text. One thread reads, any thread may cancel. */
final class EmbeddedAnswer implements Answer {
  private final Generation generation;
  private final Tokenizer tokenizer;

  EmbeddedAnswer(Generation generation, Tokenizer tokenizer) {
    this.generation = generation;
    this.tokenizer = tokenizer;
  }

  @Override
  public AnswerPart next() throws InterruptedException {
    return switch (generation.next()) {
      case TokenEvent.Token token -> new AnswerPart.Piece(token.text(), score(token));
      case TokenEvent.End end ->
          new AnswerPart.End(end.reason(), end.text(), end.usage(), end.message());
    };
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
