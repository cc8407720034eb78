package dev.kedge.backend;

import dev.kedge.base.KedgeException;

/** One model that answers. Thread-safe. */
public interface Backend {
  /** The name under which the model is served. */
  String model();

  /**
   * Starts one answer. Returns at once; the answer may wait for a place.
   *
   * @throws KedgeException Invalid for a prompt that the model cannot take, Overloaded where the
   *     queue is full
   */
  Answer start(Call call);
}
