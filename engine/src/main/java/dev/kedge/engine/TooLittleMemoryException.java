package dev.kedge.engine;

/** A model does not fit the memory that there is; the message says by how much and what helps. */
public final class TooLittleMemoryException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  TooLittleMemoryException(String message) {
    super(message);
  }
}
