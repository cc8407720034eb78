package dev.kedge.engine.schedule;

/**
 * What a sequence may expect.
 *
 * @param priority higher ones come first
 * @param deadline by the clock that {@link Scheduler#step} is given: among equals the earlier one
 *     comes first, and a sequence that has not finished by then is given up
 * @param scope whose texts it may share pages with: those of the same scope
 */
public record Service(int priority, long deadline, String scope) {
  /** Priority 0, no deadline. */
  public static final Service NORMAL = new Service(0, Long.MAX_VALUE);

  /** In the scope of all that have none of their own. */
  public Service(int priority, long deadline) {
    this(priority, deadline, "");
  }
}
