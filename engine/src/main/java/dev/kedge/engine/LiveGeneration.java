package dev.kedge.engine;

import dev.kedge.engine.sample.Sampler;
import dev.kedge.engine.sample.Sampler.Drawn;
import dev.kedge.engine.schedule.Sequence;
import dev.kedge.engine.token.Tokenizer;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way. The engine's thread calls {@link #draw} and whoever ends it {@link #end};
 * the reader's side is {@link #next} and {@link #cancel}.
 */
final class LiveGeneration implements Generation {
  final Request request;
  final Sequence sequence;
  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final AnswerText text;
  private final Runnable wake;
  private final LinkedBlockingQueue<TokenEvent> events = new LinkedBlockingQueue<>();
  /* Read by the engine before each pass, set by anyone. */
  private volatile boolean cancelled;
  /* Guarded by this: ends once, whoever comes first. */
  private boolean ended;
  /* The reader's own. */
  private TokenEvent.@Nullable End last;

  /**
   * @param limit most tokens of prompt and answer together
   * @param wake called after a cancellation
   */
  LiveGeneration(Request request, int limit, Tokenizer tokenizer, Runnable wake) {
    this.request = request;
    this.tokenizer = tokenizer;
    this.wake = wake;
    this.sequence = new Sequence(request.prompt(), limit);
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

  @Override
  public void cancel() {
    if (cancelled) return;
    cancelled = true;
    wake.run();
  }

  boolean cancelled() {
    return cancelled;
  }

  /** Draws and delivers the next token; gives the reason if it is the last. */
  Optional<FinishReason> draw(float[] logits, int offset) {
    Drawn drawn = sampler.draw(logits, offset, sequence.length());
    sequence.append(drawn.token());
    boolean endOfText = !request.ignoreEndOfText() && tokenizer.isEndOfGeneration(drawn.token());
    String words = endOfText ? "" : text.append(tokenizer.bytes(drawn.token()));
    events.add(new TokenEvent.Token(drawn.token(), words, drawn.logprob()));
    if (endOfText || text.stopped()) return Optional.of(FinishReason.STOP);
    return sequence.full() ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  /** Delivers the last event, unless it has been. */
  synchronized void end(FinishReason reason, Optional<String> message) {
    if (ended) return;
    ended = true;
    TokenEvent.Usage usage = new TokenEvent.Usage(request.prompt().length, 0, sequence.generated());
    events.add(new TokenEvent.End(reason, text.finish(), usage, message));
  }
}
