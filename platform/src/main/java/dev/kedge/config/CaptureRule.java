package dev.kedge.config;

import java.time.Duration;
import java.util.List;

/**
 * Which exchanges are kept in full, under {@code capture}. A request belongs to a rule if it names
 * the rule's task, or names no task and asks for one of the rule's models; of several rules the
 * first counts.
 *
 * @param task also the name of the folder in which they lie
 * @param models as callers name them; without any, requests must name the task, and any model will
 *     do
 * @param sample share of the requests, from 0 to 1; which ones follows from their ids; default 1
 * @param maxBytes of all that is kept, compressed; the oldest leave; at least 1 MiB, default 1GiB
 * @param keep no exchange is kept longer; default 30d
 */
public record CaptureRule(
    String task, List<String> models, Double sample, String maxBytes, Duration keep) {
  private static final long LEAST_BYTES = 1 << 20;

  public CaptureRule {
    task = Check.name(task, "task");
    if (task.startsWith(".")) {
      throw new IllegalArgumentException("task must not begin with a dot, as '" + task + "' does");
    }
    models = List.copyOf(Check.or(models, List.of()));
    sample = Check.range(sample, 1, 0, 1, "sample");
    maxBytes = Check.or(maxBytes, "1GiB");
    if (Quantity.bytes(maxBytes) < LEAST_BYTES) {
      throw new IllegalArgumentException("max_bytes must be 1MiB or more, not " + maxBytes);
    }
    keep = Check.positive(keep, Duration.ofDays(30), "keep");
  }

  /** {@link #maxBytes} as a number. */
  public long mostBytes() {
    return Quantity.bytes(maxBytes);
  }
}
