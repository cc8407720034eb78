package dev.kedge.engine;

/** A measured generation ended before its last token; the message says why. */
public final class GenerationFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GenerationFailedException(String reason) {
    super(reason);
  }
}
