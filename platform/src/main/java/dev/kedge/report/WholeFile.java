package dev.kedge.report;

import dev.kedge.base.PartPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a text file that appears whole or not at all, whenever the process ends. */
public final class WholeFile {
  private WholeFile() {}

  /** Replaces what was there; makes the folder if it is missing. */
  public static void write(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path part = PartPath.beside(target);
    try {
      Files.write(part, text.getBytes(StandardCharsets.UTF_8));
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
