package dev.kedge.eval;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Inputs without labels, for a load test. */
public final class Prompts {
  private static final long LARGEST_BYTES = 1L << 28;

  private Prompts() {}

  /**
   * Reads JSON lines, each an object with an {@code input}, or a JSON string; a holdout will do.
   *
   * @throws KedgeException naming file and line if a line is neither
   */
  public static List<String> read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES)
      throw KedgeException.invalid(file + ": larger than 256 MiB");
    List<String> prompts = new ArrayList<>();
    int number = 0;
    for (String line : Files.readString(file).lines().toList()) {
      number++;
      if (line.isBlank()) continue;
      prompts.add(prompt(line, file + ":" + number));
    }
    if (prompts.isEmpty()) throw KedgeException.invalid(file + ": no prompts");
    return prompts;
  }

  private static String prompt(String line, String place) {
    try {
      JsonNode node = JsonText.STRICT.readTree(line);
      JsonNode input = node.isString() ? node : node.path("input");
      if (input.isString()) return input.asString();
    } catch (JacksonException e) {
      throw KedgeException.invalid(place + ": not JSON: " + e.getOriginalMessage());
    }
    throw KedgeException.invalid(place + ": expected {\"input\": text} or a JSON string");
  }
}
