package dev.kedge.limit;

import dev.kedge.config.Priority;

/**
 * What a call brings along into a queue.
 *
 * @param tenant whose share it uses
 * @param weight of the tenant against others of the same priority
 * @param tokens that the call will cost, prompt and answer; an estimate, at least 1
 * @param deadline {@link System#nanoTime()} at which the caller gives up
 */
public record Ticket(String tenant, double weight, Priority priority, long tokens, long deadline) {
  public Ticket {
    if (!(weight >= 0.001 && weight <= 1e6)) {
      throw new IllegalArgumentException("the weight " + weight + " is not from 0.001 to 1000000");
    }
    tokens = Math.clamp(tokens, 1, 1L << 40);
  }
}
