package dev.kedge.usage;

import java.time.Instant;
import java.util.Optional;

/**
 * Which records.
 *
 * @param from those that started then or later
 * @param to those that started before
 * @param model that answered
 */
public record UsageQuery(
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<String> tenant,
    Optional<String> key,
    Optional<String> model,
    Optional<String> upstream,
    Optional<String> task) {
  /** All there are. */
  public static UsageQuery all() {
    Optional<String> any = Optional.empty();
    return new UsageQuery(Optional.empty(), Optional.empty(), any, any, any, any, any);
  }

  /** The same within other times. */
  public UsageQuery between(Optional<Instant> first, Optional<Instant> end) {
    return new UsageQuery(first, end, tenant, key, model, upstream, task);
  }
}
