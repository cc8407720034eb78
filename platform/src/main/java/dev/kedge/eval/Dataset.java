package dev.kedge.eval;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.score.JsonText;
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
 * Labelled cases in the order of their file.
 *
 * @param name the file's name
 * @param sha256 of the file's bytes
 * @param examples at least one
 */
public record Dataset(String name, String sha256, List<Example> examples) {
  private static final long LARGEST_BYTES = 1L << 30;

  public Dataset {
    examples = List.copyOf(examples);
  }

  /**
   * Reads JSON lines of the form {@code {"id": …, "input": …, "expected": …, "tags": […], "group":
   * …, "weight": …}}; only input and expected must be there.
   *
   * @throws KedgeException naming file and line if a line does not fit or an id or input stands
   *     twice
   */
  public static Dataset read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES)
      throw KedgeException.invalid(file + ": larger than 1 GiB");
    byte[] bytes = Files.readAllBytes(file);
    List<Example> examples = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Set<String> inputs = new HashSet<>();
    int number = 0;
    for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
      number++;
      if (line.isBlank()) continue;
      Example example = parse(line, file + ":" + number);
      if (!ids.add(example.id()))
        throw wrong(file, number, "the id '" + example.id() + "' stands twice");
      if (!inputs.add(example.input())) throw wrong(file, number, "the same input stands twice");
      examples.add(example);
    }
    if (examples.isEmpty()) throw KedgeException.invalid(file + ": no cases");
    return new Dataset(String.valueOf(file.getFileName()), Sha256.of(bytes), examples);
  }

  private static Example parse(String line, String place) {
    JsonNode node;
    try {
      node = JsonText.STRICT.readTree(line);
    } catch (JacksonException e) {
      throw KedgeException.invalid(place + ": not a JSON object: " + e.getOriginalMessage());
    }
    JsonNode input = node.path("input");
    JsonNode expected = node.path("expected");
    if (!input.isString() || expected.isMissingNode()) {
      throw KedgeException.invalid(place + ": expected {\"input\": text, \"expected\": answer}");
    }
    String id =
        node.path("id").isString()
            ? node.path("id").asString()
            : place.substring(place.lastIndexOf(':') + 1);
    List<String> tags = node.path("tags").values().stream().map(tag -> tag.asString("")).toList();
    JsonNode weight = node.path("weight");
    return new Example(
        id,
        input.asString(),
        expected,
        tags,
        node.path("group").asString(""),
        weight.doubleValue(1));
  }

  private static KedgeException wrong(Path file, int line, String reason) {
    return KedgeException.invalid(file + ":" + line + ": " + reason);
  }
}
