package dev.kedge.engine;

/**
 * A running request. One thread reads {@link #next}; any thread may cancel. The engine never waits
 * for a slow reader: at most {@link Request#maxTokens} events are held.
 */
public interface Generation extends AutoCloseable {
  /** Waits for the next event; after the end it returns the end again. */
  TokenEvent next() throws InterruptedException;

  /**
   * Ends the request and frees its place before the next forward pass. Harmless when it has ended.
   */
  void cancel();

  /** Cancels. */
  @Override
  default void close() {
    cancel();
  }
}
