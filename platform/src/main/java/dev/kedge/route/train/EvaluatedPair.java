package dev.kedge.route.train;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What {@code kedge eval} found about two models on the same cases. Its file names the wrong
 * answers only, so the cases are needed beside it.
 *
 * @param small the first model
 * @param large the second model
 */
record EvaluatedPair(String small, String large, List<Scored> examples) {
  private static final long LARGEST_BYTES = 1L << 28;

  /**
   * Reads.
   *
   * @param text of {@code evaluation.json}
   * @param file its name in messages
   * @param cases the file of labelled cases, unchanged since
   */
  static EvaluatedPair read(String text, Path file, Path cases) throws IOException {
    JsonNode root = parse(text, file.toString());
    JsonNode runs = root.path("runs");
    if (runs.size() != 2) {
      throw KedgeException.invalid(
          file + ": not the results of kedge eval with --model twice, the small model first");
    }
    if (Files.size(cases) > LARGEST_BYTES) {
      throw KedgeException.invalid(cases + ": larger than 256 MiB");
    }
    byte[] bytes = Files.readAllBytes(cases);
    if (!root.path("dataset").path("sha256").asString("").equals(Sha256.of(bytes))) {
      throw KedgeException.invalid(
          cases + ": not the cases that " + file + " is about, or changed");
    }
    Set<String> smallFailed = failed(runs.get(0), file);
    Set<String> largeFailed = failed(runs.get(1), file);
    List<Scored> examples = new ArrayList<>();
    int number = 0;
    for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
      number++;
      if (line.isBlank()) continue;
      JsonNode node = parse(line, cases + ":" + number);
      String id = node.path("id").asString(String.valueOf(number));
      String prompt = node.path("input").asString("");
      examples.add(
          new Scored(
              prompt,
              smallFailed.contains(id) ? 0 : 1,
              largeFailed.contains(id) ? 0 : 1,
              "",
              ScoredData.estimatedTokens(prompt)));
    }
    return new EvaluatedPair(
        runs.get(0).path("model").asString(""), runs.get(1).path("model").asString(""), examples);
  }

  private static Set<String> failed(JsonNode run, Path file) {
    if (!run.path("failures").isArray()) {
      throw KedgeException.invalid(file + ": a run without its list of failures");
    }
    Set<String> ids = new HashSet<>();
    for (JsonNode failure : run.path("failures")) ids.add(failure.path("id").asString(""));
    return ids;
  }

  private static JsonNode parse(String text, String place) {
    try {
      return ScoredData.JSON.readTree(text);
    } catch (JacksonException e) {
      throw KedgeException.invalid(place + ": not JSON: " + e.getOriginalMessage());
    }
  }
}
