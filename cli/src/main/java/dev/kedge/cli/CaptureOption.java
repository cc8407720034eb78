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
      names = "--folder",
      paramLabel = "DIR",
      description =
          "The folder of captured exchanges itself; without it captures in the data folder.")
  private Optional<Path> named;

  /**
   * The folder, which must be there.
   *
   * @param data the data folder of the gateway that captured
   */
  CaptureFolder open(Path data) {
    Path folder = folder(data);
    if (!Files.isDirectory(folder)) {
      throw KedgeException.invalid(
          "no captured exchanges at "
              + folder
              + "; --config FILE names the gateway that captured, --folder DIR the place itself");
    }
    return new CaptureFolder(folder);
  }

  private Path folder(Path data) {
    return named.orElseGet(() -> data.resolve("captures"));
  }

  /** The folder, which must hold the task. */
  CaptureFolder open(Path data, String task) throws IOException {
    CaptureFolder opened = open(data);
    List<String> tasks = opened.tasks();
    if (!tasks.contains(task)) {
      throw KedgeException.invalid(
          "no exchanges of the task '"
              + Printable.text(task, 64)
              + "' in "
              + folder(data)
              + (tasks.isEmpty() ? "" : "; there are: " + String.join(", ", tasks)));
    }
    return opened;
  }
}
