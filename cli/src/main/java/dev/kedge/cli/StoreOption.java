package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.SecretReference;
import dev.kedge.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which store a command works on. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StoreOption {
  private static final String SQLITE = "sqlite:";

  @Option(
      names = "--store",
      paramLabel = "URL",
      defaultValue = "sqlite:kedge.db",
      description =
          "sqlite:FILE or postgresql://user@host:port/database (${DEFAULT-VALUE}). The server may"
              + " run meanwhile.")
  private String url;

  @Option(
      names = "--store-password",
      paramLabel = "PLACE",
      description = "Where PostgreSQL's password lies: env:NAME or file:PATH.")
  private Optional<SecretReference> password;

  /** Opens a store that is there. */
  Store open() {
    if (url.startsWith(SQLITE) && !Files.exists(Path.of(url.substring(SQLITE.length())))) {
      throw KedgeException.invalid(
          "no store at " + url + "; kedge serve makes one, --store URL names another");
    }
    return openOrMake();
  }

  /** Opens the store and makes it where there is none yet. */
  Store openOrMake() {
    return Store.open(url, password.map(SecretReference::read).orElse(""));
  }
}
