package dev.kedge.config;

import java.util.Optional;

/**
 * Where keys, budgets and usage are kept, under {@code store}.
 *
 * @param url {@code sqlite:FILE}, or {@code postgresql://user@host:port/database}; default {@code
 *     sqlite:kedge.db} beside the configuration
 * @param password of the PostgreSQL user
 */
public record StoreSection(String url, Optional<SecretReference> password) {
  public StoreSection {
    url = Check.or(url, "sqlite:kedge.db");
    password = Check.or(password, Optional.empty());
  }

  /** A file beside the configuration. */
  public static StoreSection defaults() {
    return new StoreSection("sqlite:kedge.db", Optional.empty());
  }
}
