package dev.kedge.gateway;

import dev.kedge.backend.Answer;
import dev.kedge.backend.AnswerPart;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.engine.FinishReason;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call and its answers. One thread reads each answer; any thread may {@link #cancel}. Closing
 * frees every place.
 */
public final class Exchange implements AutoCloseable {
  private final String id;
  private final long created;
  private final String model;
  private final long seed;
  private final int choicesPerPrompt;
  private final List<Answer> answers;
  private final Consumer<Exchange> closed;

  /* Why the answers were cut short from outside; the first reason stays. */
  private final AtomicReference<@Nullable KedgeException> interrupted = new AtomicReference<>();
  private volatile Runnable onClose = () -> {};

  Exchange(
      String id,
      long created,
      String model,
      long seed,
      int choicesPerPrompt,
      List<Answer> answers,
      Consumer<Exchange> closed) {
    this.id = id;
    this.created = created;
    this.model = model;
    this.seed = seed;
    this.choicesPerPrompt = choicesPerPrompt;
    this.answers = List.copyOf(answers);
    this.closed = closed;
  }

  public String id() {
    return id;
  }

  /** Seconds since 1970. */
  public long created() {
    return created;
  }

  public String model() {
    return model;
  }

  /** The seed of the first choice; sent again it gives the same answer. */
  public long seed() {
    return seed;
  }

  /** Number of answers, over all prompts. */
  public int size() {
    return answers.size();
  }

  /** How many consecutive answers belong to one prompt. */
  public int choicesPerPrompt() {
    return choicesPerPrompt;
  }

  /**
   * Waits for the next part of an answer.
   *
   * @throws KedgeException if the answer failed or was cut short; never for an end that a model
   *     reaches by itself
   */
  public AnswerPart next(int index) throws InterruptedException {
    AnswerPart part = answers.get(index).next();
    if (!(part instanceof AnswerPart.End end)) return part;
    return switch (end.reason()) {
      case STOP, LENGTH -> end;
      case CANCELLED -> throw cutShort();
      case FAILED ->
          throw new KedgeException(
              new Failure.Broken(
                  "the model failed: " + end.message().orElse("no reason given"),
                  "engine_failed",
                  false));
    };
  }

  private KedgeException cutShort() {
    KedgeException reason = interrupted.get();
    return reason != null
        ? reason
        : new KedgeException(new Failure.Broken("the call was cancelled", "cancelled", true));
  }

  /** The finish reason in the words of the API. */
  public static String finishReason(FinishReason reason) {
    return switch (reason) {
      case STOP -> "stop";
      case LENGTH -> "length";
      case CANCELLED, FAILED -> throw new IllegalArgumentException("no proper end: " + reason);
    };
  }

  /** Frees every place at once; whoever reads sees the call end. */
  public void cancel() {
    answers.forEach(Answer::cancel);
  }

  void expire() {
    interrupt(
        new KedgeException(
            new Failure.Broken(
                "the call took longer than this server allows", "deadline_exceeded", true)));
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
    cancel();
    onClose.run();
    closed.accept(this);
  }
}
