package dev.kedge.pilot;

import dev.kedge.base.Sha256;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results of steps, one JSON file each, found again only under the same key. A file that is broken
 * or of another key counts as missing: the step then runs again. For one thread.
 */
final class StepStore {
  /** Raised whenever a stored result changes its meaning. */
  private static final String FORMAT = "1";

  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final boolean fresh;

  StepStore(Path folder, boolean fresh) {
    this.folder = folder;
    this.fresh = fresh;
  }

  /** A digest over everything that a result depends on. */
  static String key(List<String> parts) {
    Sha256 digest = new Sha256();
    add(digest, FORMAT);
    for (String part : parts) {
      // The length keeps "ab","c" apart from "a","bc".
      add(digest, part.getBytes(StandardCharsets.UTF_8).length + ":");
      add(digest, part);
    }
    return digest.hex();
  }

  private static void add(Sha256 digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.add(bytes, bytes.length);
  }

  /** The stored result of a step, if its key is the same. */
  <T> Optional<T> find(String step, String key, Class<T> type) {
    Path file = folder.resolve(step + ".json");
    if (fresh || !Files.exists(file)) return Optional.empty();
    try {
      JsonNode node = JSON.readTree(Files.readString(file));
      if (!key.equals(node.path("key").stringValue(""))) return Optional.empty();
      return Optional.of(JSON.treeToValue(node.path("result"), type));
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Stores the result of a step in place of an older one. */
  void put(String step, String key, Object result) throws IOException {
    var node = JSON.createObjectNode();
    node.put("step", step);
    node.put("key", key);
    node.set("result", JSON.valueToTree(result));
    WholeFile.write(folder.resolve(step + ".json"), JSON.writeValueAsString(node));
  }
}
