package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
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
  private static final String FILE = "kedge.db";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The installation of this gateway, as its kedge.yaml says (without it: what the variable"
              + " KEDGE_CONFIG names).")
  private Optional<Path> config;

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "The store itself, sqlite:FILE or postgresql://user@host:port/database (without --config:"
              + " kedge.db of the data folder). The server may run meanwhile.")
  private Optional<String> url;

  @Option(
      names = "--store-password",
      paramLabel = "PLACE",
      description = "Where PostgreSQL's password lies: env:NAME or file:PATH.")
  private Optional<SecretReference> password;

  private record Location(String url, Optional<SecretReference> password) {}

  /** The configuration that an option names, or else the environment. */
  private Optional<Path> config() {
    return url.isPresent() ? config : DataFolder.configuration(config);
  }

  /** The configuration of the gateway, where one is named. */
  Optional<KedgeFile> gateway() {
    return config().map(DataFolder::read);
  }

  /** The folder of that configuration; this one where none is named. */
  Path gatewayFolder() {
    return config().map(Reloading::folder).orElse(Path.of("."));
  }

  /** The data folder of the gateway, where one is named. */
  Optional<Path> dataFolder() {
    return config().map(DataFolder::of);
  }

  /** Opens or makes the store of a data folder, unless an option names another store. */
  Store openOrMakeIn(Path dataFolder) {
    if (config.isPresent() || url.isPresent()) return openOrMake();
    return Store.open(SQLITE + dataFolder.resolve(FILE));
  }

  /** These options once more, with a blank in front of each; a password's place too. */
  String again() {
    return config.map(file -> " --config " + file).orElse("")
        + url.map(place -> " --store " + place).orElse("")
        + password.map(place -> " --store-password " + place).orElse("");
  }

  private Location location() {
    Optional<Path> file = config();
    if (file.isPresent() && url.isEmpty()) {
      KedgeFile read = DataFolder.read(file.get());
      return new Location(read.storeUrl(Reloading.folder(file.get())), read.store().password());
    }
    return new Location(url.orElse(SQLITE + DataFolder.usual().resolve(FILE)), password);
  }

  /** Opens a store that is there. */
  Store open() {
    String place = location().url();
    if (place.startsWith(SQLITE) && !Files.exists(Path.of(place.substring(SQLITE.length())))) {
      throw KedgeException.invalid(
          "no store at "
              + place
              + "; kedge serve --config makes one, --config FILE or --store URL names another");
    }
    return openOrMake();
  }

  /** Opens the store and makes it where there is none yet. */
  Store openOrMake() {
    Location location = location();
    String place = location.url();
    if (place.startsWith(SQLITE)) DataFolder.makeFor(Path.of(place.substring(SQLITE.length())));
    return Store.open(place, location.password().map(SecretReference::read).orElse(""));
  }
}
