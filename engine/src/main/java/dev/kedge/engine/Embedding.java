package dev.kedge.engine;

import java.util.concurrent.CancellationException;

/** A vector on its way. Any thread may wait, any thread may cancel. */
public interface Embedding extends AutoCloseable {
  /**
   * Waits for the vector: as many numbers as the model is wide, of Euclidean length 1.
   *
   * @throws CancellationException if it was cancelled or the engine closed
   * @throws IllegalStateException if the engine failed; the message says how
   */
  float[] vector() throws InterruptedException;

  /** Ends the request and frees its place. Harmless when it has ended. */
  void cancel();

  /** Cancels. */
  @Override
  default void close() {
    cancel();
  }
}
