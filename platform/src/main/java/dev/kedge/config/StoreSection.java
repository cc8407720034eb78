package dev.kedge.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Where keys, budgets and usage are kept, under {@code store}.
 *
 * @param url {@code sqlite:FILE}, or {@code postgresql://user@host:port/database}; default {@code
 *     sqlite:kedge.db} beside the configuration
 * @param password of the PostgreSQL user
 * @param keepUsage how long usage records are kept, as in 400d, 1d to 3650d; default for ever
 */
public record StoreSection(
    String url, Optional<SecretReference> password, Optional<Duration> keepUsage) {
  private static final Duration LEAST = Duration.ofDays(1);
  private static final Duration MOST = Duration.ofDays(3_650);

  public StoreSection {
    url = Check.or(url, "sqlite:kedge.db");
    password = Check.or(password, Optional.empty());
    keepUsage = Check.or(keepUsage, Optional.empty());
    if (keepUsage.isPresent()
        && (keepUsage.get().compareTo(LEAST) < 0 || keepUsage.get().compareTo(MOST) > 0)) {
      throw new IllegalArgumentException("keep_usage must be from 1d to 3650d");
    }
  }

  /** A file beside the configuration. */
  public static StoreSection defaults() {
    return new StoreSection("sqlite:kedge.db", Optional.empty(), Optional.empty());
  }
}
