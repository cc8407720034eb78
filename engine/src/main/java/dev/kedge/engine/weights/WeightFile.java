package dev.kedge.engine.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An open file of weights in one of the formats that Kedge reads. */
public sealed interface WeightFile extends AutoCloseable permits GgufFile, SafetensorsFile {
  /** The size of the whole file. */
  long fileBytes();

  @Override
  void close();

  /**
   * Opens a file by what it holds, whatever its name says.
   *
   * @throws FormatException where the file is of neither format or breaks its own
   */
  static WeightFile open(Path path) throws IOException {
    MappedFile.checkRegular(path);
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(64);
    }
    if (new String(start, StandardCharsets.ISO_8859_1).startsWith("GGUF")) {
      return GgufFile.open(path);
    }
    if (start.length > Long.BYTES && start[Long.BYTES] == '{') return SafetensorsFile.open(path);
    String other = OtherFile.seen(start).map(what -> what + "; ").orElse("");
    throw new FormatException(
        0,
        other
            + "neither a GGUF nor a safetensors file: \"GGUF\" at its start or '{' at byte 8 was"
            + " expected");
  }
}
