package dev.kedge.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The web console, under {@code console}.
 *
 * @param enabled whether it is served; default true; on an address beyond this machine it asks for
 *     a key or token whatever {@code access} says
 * @param session how long somebody stays signed in; default 12h
 * @param idle how long without a request; default 2h
 * @param tasks task folders to show; relative to the configuration
 */
public record ConsoleSection(Boolean enabled, Duration session, Duration idle, List<String> tasks) {
  private static final Duration LONGEST = Duration.ofDays(30);

  public ConsoleSection {
    enabled = Check.or(enabled, true);
    session = Check.positive(session, Duration.ofHours(12), "session");
    idle = Check.positive(idle, Duration.ofHours(2), "idle");
    tasks = List.copyOf(Check.or(tasks, List.of()));
    if (session.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("session must be at most 30d, not " + session);
    }
  }

  /** Served, with sessions of half a day. */
  public static ConsoleSection defaults() {
    return new ConsoleSection(true, Duration.ofHours(12), Duration.ofHours(2), List.of());
  }

  /** The same with task folders that need no configuration beside them. */
  public ConsoleSection in(Path folder) {
    List<String> whole = tasks.stream().map(task -> folder.resolve(task).toString()).toList();
    return new ConsoleSection(enabled, session, idle, whole);
  }
}
