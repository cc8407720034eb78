package dev.kedge.engine.model;

/** Told how far packing is; calls come one at a time, from any thread. */
@FunctionalInterface
public interface PackingProgress {
  /** Nobody listens. */
  PackingProgress SILENT = (_, _) -> {};

  /** So many bytes of all that will be written. */
  void packed(long doneBytes, long totalBytes);
}
