package dev.kedge.app;

/** Told how far a start is where it takes long: the first one with a model. */
@FunctionalInterface
public interface StartProgress {
  /** Nobody listens. */
  StartProgress SILENT = (_, _, _) -> {};

  /**
   * Called often, one call at a time, from any thread.
   *
   * @param step what is done, e.g. {@code reading model.gguf}
   */
  void update(String step, long doneBytes, long totalBytes);
}
