package dev.kedge.gateway;

import dev.kedge.backend.Answer;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.CallContext;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call and its answer. One thread reads; any thread may {@link #cancel}. Closing frees every
 * place.
 */
public final class Exchange implements AutoCloseable {
  private final CallContext context;
  private final String model;
  private final long seed;
  private final Answer answer;
  private final Consumer<Exchange> closed;

  /* Why the answer was cut short from outside; the first reason stays. */
  private final AtomicReference<@Nullable KedgeException> interrupted = new AtomicReference<>();
  private volatile Runnable onClose = () -> {};

  Exchange(CallContext context, String model, long seed, Answer answer, Consumer<Exchange> closed) {
    this.context = context;
    this.model = model;
    this.seed = seed;
    this.answer = answer;
    this.closed = closed;
  }

  public String id() {
    return context.id();
  }

  /** Seconds since 1970. */
  public long created() {
    return context.created();
  }

  /** The model as the caller named it. */
  public String model() {
    return model;
  }

  /** What the caller is told about the way of its call, by lower-case name of the header. */
  public Map<String, String> headers() {
    return Map.of("x-request-id", id(), "x-kedge-seed", Long.toString(seed));
  }

  /**
   * Waits for the next part of the answer.
   *
   * @throws KedgeException if the answer failed or was cut short; never for an end that a model
   *     reaches by itself
   */
  public AnswerPart next() throws InterruptedException {
    try {
      return answer.next();
    } catch (KedgeException e) {
      KedgeException reason = interrupted.get();
      throw reason != null ? reason : e;
    }
  }

  /** Frees every place at once; whoever reads sees the call end. */
  public void cancel() {
    answer.cancel();
  }

  void expire() {
    interrupt(
        new KedgeException(
            new Failure.TimedOut(
                "the call took longer than this server allows", "deadline_exceeded")));
  }

  void interrupt(KedgeException reason) {
    interrupted.compareAndSet(null, reason);
    cancel();
  }

  void onClose(Runnable action) {
    onClose = action;
  }

  /** Cancels what still runs. */
  @Override
  public void close() {
    answer.close();
    onClose.run();
    closed.accept(this);
  }
}
