package dev.kedge.limit;

/**
 * The bounds of a queue.
 *
 * @param places calls that run at the same time, 1 or more
 * @param waiting calls that may wait for a place, 0 or more
 */
public record QueueSize(int places, int waiting) {
  public QueueSize {
    if (places < 1 || waiting < 0) {
      throw new IllegalArgumentException(
          "a queue needs 1 place or more and 0 waiting or more, not " + places + ", " + waiting);
    }
  }
}
