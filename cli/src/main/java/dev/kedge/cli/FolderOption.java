package dev.kedge.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The data folder, for commands that need no store. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class FolderOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The installation of this gateway, as its kedge.yaml says (without it: what the variable"
              + " KEDGE_CONFIG names). It may run meanwhile.")
  private Optional<Path> config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The data folder (without it and --config: KEDGE_DATA, or .kedge in your home).")
  private Optional<Path> data;

  /** The data folder. */
  Path folder() {
    return data.or(() -> DataFolder.configuration(config).map(DataFolder::of))
        .orElseGet(DataFolder::usual);
  }
}
