package dev.kedge.engine;

/** Why a generation ended. */
public enum FinishReason {
  /** An end-of-generation token or a stop text. */
  STOP,
  /** {@link Request#maxTokens} or the end of the context. */
  LENGTH,
  /** {@link Generation#cancel} or {@link Engine#close}. */
  CANCELLED,
  /** Its {@link Urgency#timeLimit} has passed. */
  EXPIRED,
  /** The engine failed; see the event's message. */
  FAILED
}
