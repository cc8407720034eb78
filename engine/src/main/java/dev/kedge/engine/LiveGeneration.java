package dev.kedge.engine;

import dev.kedge.engine.sample.Guide;
import dev.kedge.engine.sample.MaskCache;
import dev.kedge.engine.sample.Sampler;
import dev.kedge.engine.sample.Sampler.Drawn;
import dev.kedge.engine.schedule.Sequence;
import dev.kedge.engine.schedule.Service;
import dev.kedge.engine.token.Tokenizer;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way. The engine's thread calls {@link #draw} and whoever ends it {@link #end};
 * the reader's side is {@link #next} and {@link #cancel}.
 */
final class LiveGeneration extends Live implements Generation {
  final Request request;
  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final AnswerText text;
  private final @Nullable Guide guide;
  /* Tokens that are taken instead of drawn ones; empty where the model answers. */
  private final int[] given;
  private final LinkedBlockingQueue<TokenEvent> events = new LinkedBlockingQueue<>();
  /* Guarded by this: ends once, whoever comes first. */
  private boolean ended;
  /* The reader's own. */
  private TokenEvent.@Nullable End last;

  /**
   * @param limit most tokens of prompt and answer together
   * @param guide where the request has a constraint
   * @param wake called after a cancellation
   */
  LiveGeneration(
      Request request,
      int limit,
      Service service,
      Tokenizer tokenizer,
      @Nullable Guide guide,
      Runnable wake) {
    this(request, new int[0], limit, service, tokenizer, guide, wake);
  }

  /**
   * As above, with the answer's tokens given: they are read, not drawn.
   *
   * @param given as many as {@code limit} leaves room for, or none
   */
  LiveGeneration(
      Request request,
      int[] given,
      int limit,
      Service service,
      Tokenizer tokenizer,
      @Nullable Guide guide,
      Runnable wake) {
    super(new Sequence(request.prompt(), limit, service), wake);
    this.request = request;
    this.tokenizer = tokenizer;
    this.guide = guide;
    this.given = given;
    this.text = new AnswerText(request.stop());
    this.sampler =
        new Sampler(
            request.sampling(),
            request.topLogprobs(),
            request.prompt(),
            tokenizer.vocabularySize());
  }

  @Override
  public TokenEvent next() throws InterruptedException {
    if (last != null) return last;
    TokenEvent event = events.take();
    if (event instanceof TokenEvent.End end) last = end;
    return event;
  }

  /** Whether the answer is held to a form. */
  boolean guided() {
    return guide != null;
  }

  /**
   * Draws and delivers the next token; gives the reason if it is the last.
   *
   * @param masks there if it is {@link #guided}
   */
  Optional<FinishReason> draw(float[] logits, int offset, @Nullable MaskCache masks) {
    BitSet allowed = guide == null || masks == null ? null : guide.allowed(masks);
    Drawn drawn =
        given.length > 0
            ? sampler.given(logits, offset, given[sequence.generated()])
            : sampler.draw(logits, offset, sequence.length(), allowed);
    if (guide != null) guide.accept(drawn.token());
    sequence.append(drawn.token());
    boolean endOfText = !request.ignoreEndOfText() && tokenizer.isEndOfGeneration(drawn.token());
    String words = endOfText ? "" : text.append(tokenizer.bytes(drawn.token()));
    events.add(new TokenEvent.Token(drawn.token(), words, drawn.logprob()));
    boolean complete = guide != null && guide.finished();
    if (endOfText || complete || text.stopped()) return Optional.of(FinishReason.STOP);
    return sequence.full() ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  @Override
  synchronized void end(FinishReason reason, Optional<String> message) {
    if (ended) return;
    ended = true;
    TokenEvent.Usage usage =
        new TokenEvent.Usage(
            request.prompt().length, sequence.cachedTokens(), sequence.generated());
    events.add(new TokenEvent.End(reason, text.finish(), usage, message));
  }
}
