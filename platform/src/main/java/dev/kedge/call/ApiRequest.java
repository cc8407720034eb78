package dev.kedge.call;

/** One call of a model. */
public sealed interface ApiRequest permits ChatRequest, CompletionRequest, EmbeddingRequest {
  /** The model that the caller names. */
  String model();

  /** What the caller sent. */
  Source source();

  /** Whether the answer is sent piece by piece. */
  boolean stream();

  /** The same call of another model. */
  ApiRequest withModel(String name);
}
