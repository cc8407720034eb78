package dev.kedge.drift;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads answers from JSON Lines: {@code {"id": "c1", "answer": "…"}}, if need be with {@code
 * input}, {@code group} (the document that several cases share), {@code tags} and {@code tokens};
 * or from the {@code cases.jsonl} of a run.
 */
record AnswerFile(Path file) {
  private static final int LONGEST_LINE = 16 << 20;

  AnswerSet read() throws IOException {
    AnswerSet.Collecting collecting = new AnswerSet.Collecting(file.toString());
    long number = 0;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (Optional<String> line = line(reader, 1); line.isPresent(); ) {
        number++;
        if (!line.get().isBlank()) collecting.add(answer(line.get(), number));
        line = line(reader, number + 1);
      }
    } catch (CharacterCodingException e) {
      throw KedgeException.invalid(file + ": not UTF-8 behind line " + number);
    }
    String name = String.valueOf(file.getFileName());
    return new AnswerSet(name, false, "", collecting.answers());
  }

  /** A line of bounded length: the file may be one of many gigabytes. */
  private Optional<String> line(Reader reader, long number) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = reader.read();
    if (c < 0) return Optional.empty();
    for (; c >= 0 && c != '\n'; c = reader.read()) {
      if (line.length() == LONGEST_LINE) throw wrong(number, "longer than 16 Mi characters");
      line.append((char) c);
    }
    return Optional.of(line.toString());
  }

  private AnswerSet.Answer answer(String line, long number) {
    JsonNode node;
    try {
      node = JsonText.STRICT.readTree(line);
    } catch (JacksonException e) {
      throw wrong(number, "not a JSON object: " + e.getOriginalMessage());
    }
    JsonNode id = node.path("id");
    boolean run = node.path("reply").isObject();
    JsonNode text = run ? node.path("reply").path("text") : node.path("answer");
    if (!text.isString() || !(id.isString() || id.isNumber())) {
      throw wrong(number, "expected {\"id\": \"…\", \"answer\": \"…\"}");
    }
    int tokens =
        run ? node.path("reply").path("completionTokens").asInt(0) : node.path("tokens").asInt(0);
    return new AnswerSet.Answer(
        id.asString(),
        id.asString(),
        node.path("input").asString(""),
        node.path(run ? "cluster" : "group").asString(""),
        tags(node.path("tags")),
        new Said(text.asString(), tokens));
  }

  private static List<String> tags(JsonNode tags) {
    return tags.isArray()
        ? tags.values().stream()
            .flatMap(tag -> tag.isString() ? Stream.of(tag.asString()) : Stream.empty())
            .toList()
        : List.of();
  }

  private KedgeException wrong(long number, String why) {
    return KedgeException.invalid(file + ":" + number + ": " + why);
  }
}
