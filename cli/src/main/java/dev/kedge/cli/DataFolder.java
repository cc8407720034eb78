package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
import dev.kedge.eval.mask.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Where an installation keeps its data, by options, environment and habit, in this order. */
final class DataFolder {
  private static final String CONFIG_VARIABLE = "KEDGE_CONFIG";
  private static final String DATA_VARIABLE = "KEDGE_DATA";

  private DataFolder() {}

  /** The configuration that an option names, or else {@code KEDGE_CONFIG}. */
  static Optional<Path> configuration(Optional<Path> option) {
    return option.or(() -> variable(CONFIG_VARIABLE));
  }

  /** Reads a configuration that must be there. */
  static KedgeFile read(Path config) {
    try {
      return KedgeFile.read(config);
    } catch (IOException e) {
      throw KedgeException.invalid(config + ": cannot be read: " + e.getMessage());
    }
  }

  /** The data folder that a configuration names. */
  static Path of(Path config) {
    return read(config).dataFolder(Reloading.folder(config));
  }

  /** The data folder without any configuration: {@code KEDGE_DATA}, or .kedge in the home. */
  static Path usual() {
    return variable(DATA_VARIABLE)
        .orElseGet(() -> Path.of(System.getProperty("user.home", "."), ".kedge"));
  }

  /** Makes the folder of a file where it is new, readable by its owner only. */
  static void makeFor(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      if (folder != null && !Files.isDirectory(folder)) OwnerOnly.folder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name))
        .or(() -> Optional.ofNullable(System.getProperty(property(name))))
        .filter(text -> !text.isBlank())
        .map(Path::of);
  }

  /** The JVM's property that may stand for a variable: kedge.config for KEDGE_CONFIG. */
  static String property(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
