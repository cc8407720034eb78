package dev.kedge.engine;

import dev.kedge.engine.sample.Guide;
import dev.kedge.engine.sample.MaskCache;
import dev.kedge.engine.sample.Sampler;
import dev.kedge.engine.sample.Sampler.Drawn;
import dev.kedge.engine.schedule.Sequence;
import dev.kedge.engine.schedule.Service;
import dev.kedge.engine.token.Tokenizer;
import java.util.BitSet;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way. Token by token the engine's thread calls {@link #guide}, some thread of its
 * workers {@link #draw}, and the engine's thread {@link #deliver}; whoever ends it calls {@link
 * #end}; the reader's side is {@link #next} and {@link #cancel}.
 */
final class LiveGeneration extends Live implements Generation {
  final Request request;
  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final AnswerText text;
  private final @Nullable Guide guide;
  /* Tokens that are taken instead of drawn ones; empty where the model answers. */
  private final int[] given;
  /* Of the token that comes next. */
  private @Nullable BitSet allowed; // null: all
  private @Nullable Drawn drawn;
  private @Nullable Throwable failure;
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

  /** Whether the answer is held to a form: then {@link #guide} comes before {@link #draw}. */
  boolean guided() {
    return guide != null;
  }

  /** Finds out which tokens may come next. */
  void guide(MaskCache masks) {
    if (guide != null) allowed = guide.allowed(masks);
  }

  /** Draws the next token. What goes wrong is thrown by {@link #deliver}. */
  void draw(float[] logits, int offset, Sampler.Room room) {
    try {
      drawn =
          given.length > 0
              ? sampler.given(logits, offset, given[sequence.generated()], room)
              : sampler.draw(logits, offset, sequence.length(), allowed, room);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  /** Takes the drawn token; gives the reason if it is the last. */
  Optional<FinishReason> deliver() {
    if (failure instanceof Error error) throw error;
    if (failure instanceof RuntimeException exception) throw exception;
    return deliver(Objects.requireNonNull(drawn));
  }

  private Optional<FinishReason> deliver(Drawn drawn) {
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
