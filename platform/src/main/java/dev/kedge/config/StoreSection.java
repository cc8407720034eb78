package dev.kedge.config;

import java.util.Optional;

/**
 * Where state is kept, under {@code store}.
 *
 * @param url {@code sqlite:FILE} or {@code postgresql://user@host:port/database}; default {@code
 *     sqlite:kedge.db}
 * @param password where PostgreSQL's password lies; none is sent without
 */
public record StoreSection(String url, Optional<SecretReference> password) {
  public StoreSection {
    url = Check.or(url, "sqlite:kedge.db");
    password = Check.or(password, Optional.empty());
  }
}
