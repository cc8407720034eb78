package dev.kedge.engine.convert;

import static dev.kedge.engine.weights.JsonText.quoted;

import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.PartFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * From what an imported file was made. It depends on contents and options only: no time, no folder,
 * no machine.
 *
 * @param version of Kedge
 * @param inputs every file that was used, by name
 * @param type of the file
 */
record ImportLog(
    String version, SortedMap<String, FileDigest> inputs, FileDigest output, FileType type) {
  ImportLog {
    inputs = new TreeMap<>(inputs);
  }

  /** Where the log of {@code output} stands: beside it. */
  static Path of(Path output) {
    return output.resolveSibling(output.getFileName() + ".build.json");
  }

  /** The log as JSON, in lines, with a fixed order of keys. */
  String toJson() {
    StringJoiner files = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
    inputs.forEach((name, digest) -> files.add("{\"name\": " + quoted(name) + ", " + of(digest)));
    return "{\n  \"kedge\": %s,\n  \"inputs\": %s,\n  \"output\": {%s,\n  \"type\": %s\n}\n"
        .formatted(
            quoted(version), files, of(output), quoted(type.name().toLowerCase(Locale.ROOT)));
  }

  private static String of(FileDigest digest) {
    return "\"bytes\": %d, \"sha256\": %s}".formatted(digest.bytes(), quoted(digest.sha256()));
  }

  /** Writes it beside the output. */
  void writeBeside(Path output) throws IOException {
    try (PartFile part = PartFile.beside(of(output), false)) {
      ByteBuffer text = ByteBuffer.wrap(toJson().getBytes(StandardCharsets.US_ASCII));
      part.write(text, 0);
      part.commit(of(output));
    }
  }
}
