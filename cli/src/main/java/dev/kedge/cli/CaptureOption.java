package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.usage.capture.CaptureFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where captured exchanges lie. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CaptureOption {
  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "captures",
      description =
          "Where the server puts captured exchanges: captures in its data folder"
              + " (${DEFAULT-VALUE}). It may run meanwhile.")
  private Path folder;

  /** The folder, which must be there. */
  CaptureFolder open() {
    if (!Files.isDirectory(folder)) {
      throw KedgeException.invalid(
          "no captured exchanges at " + folder + "; --folder DIR names another place");
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
              + folder
              + (tasks.isEmpty() ? "" : "; there are: " + String.join(", ", tasks)));
    }
    return opened;
  }
}
