package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
import dev.kedge.config.SecretReference;
import dev.kedge.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which store a command works on. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StoreOption {
  private static final String SQLITE = "sqlite:";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The store of this gateway, as its kedge.yaml says.")
  private Optional<Path> config;

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "The store itself, sqlite:FILE or postgresql://user@host:port/database (without --config:"
              + " sqlite:kedge.db). The server may run meanwhile.")
  private Optional<String> url;

  @Option(
      names = "--store-password",
      paramLabel = "PLACE",
      description = "Where PostgreSQL's password lies: env:NAME or file:PATH.")
  private Optional<SecretReference> password;

  private record Location(String url, Optional<SecretReference> password) {}

  /** The configuration that {@code --config} names. */
  Optional<KedgeFile> gateway() {
    if (config.isEmpty()) return Optional.empty();
    try {
      return Optional.of(KedgeFile.read(config.get()));
    } catch (IOException e) {
      throw KedgeException.invalid(config.get() + ": cannot be read: " + e.getMessage());
    }
  }

  /** The data folder of the gateway that {@code --config} names. */
  Optional<Path> dataFolder() {
    if (config.isEmpty()) return Optional.empty();
    try {
      Path folder = Reloading.folder(config.get());
      return Optional.of(KedgeFile.read(config.get()).dataFolder(folder));
    } catch (IOException e) {
      throw KedgeException.invalid(config.get() + ": cannot be read: " + e.getMessage());
    }
  }

  /** Opens the store, or makes it; without any option it is {@code kedge.db} of a data folder. */
  Store openOrMake(Path dataFolder) {
    if (config.isPresent() || url.isPresent()) return openOrMake();
    return Store.open(SQLITE + dataFolder.resolve("kedge.db"));
  }

  private Location location() {
    if (config.isPresent() && url.isEmpty()) {
      try {
        KedgeFile file = KedgeFile.read(config.get());
        return new Location(file.storeUrl(Reloading.folder(config.get())), file.store().password());
      } catch (IOException e) {
        throw KedgeException.invalid(config.get() + ": cannot be read: " + e.getMessage());
      }
    }
    return new Location(url.orElse(SQLITE + "kedge.db"), password);
  }

  /** Opens a store that is there. */
  Store open() {
    String place = location().url();
    if (place.startsWith(SQLITE) && !Files.exists(Path.of(place.substring(SQLITE.length())))) {
      throw KedgeException.invalid(
          "no store at " + place + "; kedge serve makes one, --store URL names another");
    }
    return openOrMake();
  }

  /** Opens the store and makes it where there is none yet. */
  Store openOrMake() {
    Location location = location();
    return Store.open(location.url(), location.password().map(SecretReference::read).orElse(""));
  }
}
