package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenCounts;
import dev.kedge.engine.Embedding;
import dev.kedge.engine.Engine;
import dev.kedge.engine.QueueFullException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of several texts, a few on their way at a time, so that one call does not fill the
 * engine's queue. One thread reads, any thread may cancel.
 */
final class EmbeddedVectors implements Answer {
  private static final int AHEAD = 4;

  private final Engine engine;
  private final List<int[]> inputs;
  private final Deque<Embedding> running = new ArrayDeque<>();
  private int submitted;
  private int delivered;
  private volatile boolean cancelled;
  private volatile @Nullable Embedding awaited;

  EmbeddedVectors(Engine engine, List<int[]> inputs) {
    this.engine = engine;
    this.inputs = List.copyOf(inputs);
    submit();
  }

  private void submit() {
    try {
      while (submitted < inputs.size() && running.size() < AHEAD) {
        running.add(engine.submitEmbedding(inputs.get(submitted)));
        submitted++;
      }
    } catch (QueueFullException e) {
      if (running.isEmpty()) throw EmbeddedBackend.busy(e);
    } catch (IllegalArgumentException | dev.kedge.engine.weights.FormatException e) {
      close();
      throw EmbeddedBackend.invalid(e);
    } catch (IllegalStateException e) {
      throw EmbeddedBackend.stopped(e);
    }
  }

  @Override
  public AnswerPart next() throws InterruptedException {
    if (delivered == inputs.size()) {
      long tokens = 0;
      for (int[] input : inputs) tokens += input.length;
      return new AnswerPart.End(TokenCounts.of(tokens, 0, 0));
    }
    if (running.isEmpty()) submit();
    Embedding first = running.remove();
    awaited = first;
    if (cancelled) first.cancel();
    try {
      AnswerPart part = new AnswerPart.Vector(delivered++, first.vector());
      if (!cancelled) submit();
      return part;
    } catch (CancellationException e) {
      throw new KedgeException(new Failure.Broken("the call was cancelled", "cancelled", true), e);
    } catch (IllegalStateException e) {
      throw new KedgeException(
          new Failure.Broken("the model failed: " + e.getMessage(), "engine_failed", false), e);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    Embedding waiting = awaited;
    if (waiting != null) waiting.cancel();
  }

  /** For the reader: cancels what is on its way. */
  @Override
  public void close() {
    cancel();
    running.forEach(Embedding::cancel);
  }
}
