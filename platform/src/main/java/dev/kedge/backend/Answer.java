package dev.kedge.backend;

import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;

/** An answer as it arises. One thread reads, any thread may cancel. */
public interface Answer extends AutoCloseable {
  /**
   * Waits for the next part; after the end it returns the end again.
   *
   * @throws KedgeException if the answer cannot be completed, or was cancelled
   */
  AnswerPart next() throws InterruptedException;

  /** Ends the answer and frees its place at once. Harmless when it has ended. */
  void cancel();

  /** Cancels. */
  @Override
  default void close() {
    cancel();
  }
}
