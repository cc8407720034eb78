package dev.kedge.engine;

/** All places are taken and the queue is full: try again later. */
public final class QueueFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public QueueFullException(int waiting) {
    super("the queue is full: " + waiting + " requests are waiting");
  }
}
