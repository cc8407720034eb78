package dev.kedge.usage;

import java.util.List;

/** Where the journal's records go. */
@FunctionalInterface
public interface UsageSink {
  /**
   * Adds those records whose id is not there yet, all or none of them, and returns once they last.
   * Called by one thread, with the same records again after a failure or a crash.
   *
   * @throws RuntimeException where that is not possible now
   */
  void add(List<UsageRecord> records);
}
