package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.usage.capture.CaptureFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where captured exchanges lie. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CaptureOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The gateway that captured, by its kedge.yaml (without it: what the variable KEDGE_CONFIG"
              + " names). It may run meanwhile.")
  private Optional<Path> config;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "The folder of captured exchanges itself; without it captures in the data folder.")
  private Optional<Path> named;

  private Path folder() {
    return named.orElseGet(() ->
        DataFolder.configuration(config)
            .map(DataFolder::of)
            .orElseGet(DataFolder::usual)
            .resolve("captures"));
  }

  /** The folder, which must be there. */
  CaptureFolder open() {
    Path folder = folder();
    if (!Files.isDirectory(folder)) {
      throw KedgeException.invalid(
          "no captured exchanges at "
              + folder
              + "; --config FILE names the gateway that captured, --folder DIR the place itself");
    }
    return new CaptureFolder(folder);
  }

  /** The folder, which must hold the task. */
  CaptureFolder open(String task) throws IOException {
    CaptureFolder opened = open();
    List<String> tasks = opened.tasks();
    if (!tasks.contains(task)) {
      throw KedgeException.invalid(
          "no exchanges of the task '"
              + Printable.text(task, 64)
              + "' in "
              + folder()
              + (tasks.isEmpty() ? "" : "; there are: " + String.join(", ", tasks)));
    }
    return opened;
  }
}
