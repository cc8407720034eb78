package dev.kedge.label;

import java.time.Instant;

/** What somebody should do next. */
public sealed interface Assignment {
  /**
   * Label this item.
   *
   * @param until when somebody else may get it; an answer that comes later is taken all the same
   */
  record Work(ItemView item, Instant until) implements Assignment {}

  /**
   * Others have all that is left.
   *
   * @param until when the first of their leases ends
   */
  record Waiting(Instant until) implements Assignment {}

  /** Nothing is left for this person. */
  record Done() implements Assignment {}
}
