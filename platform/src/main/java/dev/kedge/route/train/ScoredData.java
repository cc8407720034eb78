package dev.kedge.route.train;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scored examples in the order of their files.
 *
 * @param names of the files
 * @param sha256 of all files' bytes, one after the other
 * @param small name of the small model, where the data tell it
 * @param large name of the large model, where the data tell it
 * @param examples at least one
 */
public record ScoredData(
    List<String> names, String sha256, String small, String large, List<Scored> examples) {
  private static final long LARGEST_BYTES = 1L << 28;
  private static final int MOST_EXAMPLES = 200_000;
  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  public ScoredData {
    names = List.copyOf(names);
    examples = List.copyOf(examples);
  }

  /**
   * Reads files and folders. {@code .csv} has the columns prompt, small model, large model with
   * {@code True}/{@code False} or scores, and its file name is the group; a folder stands for its
   * {@code .csv} and {@code .jsonl} files. Any other file holds JSON lines: {@code {"prompt": …,
   * "small": 0.5, "large": 1}}, optionally with {@code group} and {@code tokens}. {@code .json} is
   * what {@code kedge eval} wrote for two models, the small one first; the prompts come from {@code
   * cases}.
   *
   * @param cases the labelled cases of a {@code .json}
   * @throws KedgeException naming file and line if a line does not fit
   */
  public static ScoredData read(List<Path> paths, Optional<Path> cases) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) files.addAll(filesOf(path));
    Reading reading = new Reading(cases);
    for (Path file : files) reading.read(file);
    if (reading.examples.isEmpty()) throw KedgeException.invalid(paths + ": no examples");
    return new ScoredData(
        reading.names, reading.digest.hex(), reading.small, reading.large, reading.examples);
  }

  /** How many groups the examples name. */
  public long groups() {
    return examples.stream()
        .map(Scored::group)
        .filter(group -> !group.isEmpty())
        .distinct()
        .count();
  }

  private static List<Path> filesOf(Path path) throws IOException {
    if (!Files.isDirectory(path)) return List.of(path);
    try (Stream<Path> inside = Files.list(path)) {
      return inside
          .filter(file -> file.toString().endsWith(".csv") || file.toString().endsWith(".jsonl"))
          .sorted()
          .toList();
    }
  }

  /** Tokens of a text as estimated: a quarter of its bytes. */
  static double estimatedTokens(String text) {
    return Math.max(1, text.getBytes(StandardCharsets.UTF_8).length / 4.0);
  }

  /** What has been read so far. */
  private static final class Reading {
    private final List<String> names = new ArrayList<>();
    private final Sha256 digest = new Sha256();
    private final List<Scored> examples = new ArrayList<>();
    private String small = "";
    private String large = "";
    private long bytes;
    private final Optional<Path> cases;

    Reading(Optional<Path> cases) {
      this.cases = cases;
    }

    void read(Path file) throws IOException {
      bytes += Files.size(file);
      if (bytes > LARGEST_BYTES) {
        throw KedgeException.invalid(file + ": the data are larger than 256 MiB in all");
      }
      byte[] content = Files.readAllBytes(file);
      digest.add(content, content.length);
      String name = String.valueOf(file.getFileName());
      names.add(name);
      String text = new String(content, StandardCharsets.UTF_8);
      if (name.endsWith(".csv")) readCsv(text, file);
      else if (name.endsWith(".json")) readEvaluation(text, file);
      else readLines(text, file);
      if (examples.size() > MOST_EXAMPLES) {
        throw KedgeException.invalid(file + ": more than " + MOST_EXAMPLES + " examples in all");
      }
    }

    private void readCsv(String text, Path file) {
      List<Csv.Row> rows = Csv.read(text, file.toString());
      if (rows.isEmpty() || rows.getFirst().cells().size() != 3) {
        throw KedgeException.invalid(
            file + ":1: expected the columns prompt, small model, large model");
      }
      small = rows.getFirst().cells().get(1);
      large = rows.getFirst().cells().get(2);
      String group = String.valueOf(file.getFileName()).replaceFirst("\\.csv$", "");
      for (Csv.Row row : rows.subList(1, rows.size())) {
        String place = file + ":" + row.line();
        if (row.cells().size() != 3) {
          throw KedgeException.invalid(place + ": " + row.cells().size() + " cells instead of 3");
        }
        String prompt = row.cells().get(0);
        examples.add(
            new Scored(
                prompt,
                score(row.cells().get(1), place),
                score(row.cells().get(2), place),
                group,
                estimatedTokens(prompt)));
      }
    }

    private static double score(String cell, String place) {
      if (cell.equalsIgnoreCase("true")) return 1;
      if (cell.equalsIgnoreCase("false")) return 0;
      if (cell.length() <= 30 && cell.matches("[0-9]*\\.?[0-9]+")) {
        double value = Double.parseDouble(cell);
        if (value <= 1) return value;
      }
      throw KedgeException.invalid(place + ": a score is True, False or a number from 0 to 1");
    }

    private void readEvaluation(String text, Path file) throws IOException {
      Path listed =
          cases.orElseThrow(() ->
              KedgeException.invalid(
                  file + ": results of kedge eval need --cases FILE, the cases they were asked"));
      EvaluatedPair pair = EvaluatedPair.read(text, file, listed);
      small = pair.small();
      large = pair.large();
      examples.addAll(pair.examples());
    }

    private void readLines(String text, Path file) {
      int number = 0;
      for (String line : text.lines().toList()) {
        number++;
        if (!line.isBlank()) examples.add(example(line, file + ":" + number));
      }
    }

    private static Scored example(String line, String place) {
      JsonNode node;
      try {
        node = JSON.readTree(line);
      } catch (JacksonException e) {
        throw KedgeException.invalid(place + ": not a JSON object: " + e.getOriginalMessage());
      }
      JsonNode prompt = node.path("prompt");
      if (!prompt.isString()) {
        throw KedgeException.invalid(
            place + ": expected {\"prompt\": text, \"small\": score, \"large\": score}");
      }
      String text = prompt.asString();
      JsonNode tokens = node.path("tokens");
      double count = tokens.isNumber() ? tokens.asDouble() : estimatedTokens(text);
      if (!(count > 0 && count < 1e9)) {
        throw KedgeException.invalid(place + ": tokens must be positive");
      }
      JsonNode group = node.path("group");
      return new Scored(
          text,
          score(node.path("small"), place),
          score(node.path("large"), place),
          group.isString() ? group.asString() : "",
          count);
    }

    private static double score(JsonNode node, String place) {
      if (node.isBoolean()) return node.booleanValue() ? 1 : 0;
      double value = node.isNumber() ? node.asDouble() : Double.NaN;
      if (value >= 0 && value <= 1) return value;
      throw KedgeException.invalid(
          place + ": 'small' and 'large' are true, false or numbers from 0 to 1");
    }
  }
}
