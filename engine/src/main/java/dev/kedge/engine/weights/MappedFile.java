package dev.kedge.engine.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/** Maps files read-only; what is no regular file (a pipe would block) is refused. */
final class MappedFile {
  private MappedFile() {}

  /** A missing file passes: opening it gives the better error. */
  static void checkRegular(Path path) {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new FormatException(
          -1,
          Files.isDirectory(path)
              ? "not a regular file but a folder; 'kedge import' makes a file of a model's folder"
              : "not a regular file");
    }
  }

  /** The whole file, mapped until {@code arena} closes. */
  static MemorySegment map(Path path, Arena arena) throws IOException {
    checkRegular(path);
    try (FileChannel channel = FileChannel.open(path)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }
}
