package dev.kedge.eval.holdout;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.data.Entry;
import dev.kedge.eval.score.JsonText;
import dev.kedge.usage.capture.CaptureFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/**
 * Where examples come from: files, line by line, and captured exchanges. Files end in {@code .csv},
 * {@code .txt} (a line is an input) or anything else (a line is a JSON object); {@code .gz} behind
 * it is unpacked. Nothing is held but the line at hand.
 */
final class Inputs {
  private static final int LONGEST_LINE = 16 << 20;
  private static final int LONGEST_INPUT = 200_000;

  private Inputs() {}

  /** Takes what is read. */
  interface Sink {
    /** An example. */
    void entry(Entry entry) throws IOException;

    /** A line that holds none. */
    void unusable(String place, String reason) throws IOException;
  }

  /** Reads a file. */
  static void file(Path file, Sink sink) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean packed = name.endsWith(".gz");
    String kind = packed ? name.substring(0, name.length() - ".gz".length()) : name;
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = packed ? new GZIPInputStream(raw, 1 << 16) : raw;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
      String label = file.getFileName().toString();
      if (kind.endsWith(".csv")) csv(reader, label, sink);
      else lines(reader, label, kind.endsWith(".txt"), sink);
    }
  }

  private static void lines(BufferedReader reader, String label, boolean plain, Sink sink)
      throws IOException {
    long number = 0;
    while (true) {
      Optional<String> line = line(reader, label, number + 1);
      if (line.isEmpty()) return;
      number++;
      if (line.get().isBlank()) continue;
      String place = label + ":" + number;
      if (plain) take(Optional.of(Entry.of(place, line.get()).withSource(place)), place, sink);
      else json(line.get(), place, "", sink);
    }
  }

  /** As {@link BufferedReader#readLine}, but never more than fits. */
  private static Optional<String> line(BufferedReader reader, String label, long number)
      throws IOException {
    StringBuilder line = new StringBuilder();
    int c = reader.read();
    if (c < 0) return Optional.empty();
    while (c >= 0 && c != '\n') {
      if (c != '\r') line.append((char) c);
      if (line.length() > LONGEST_LINE) {
        throw KedgeException.invalid(label + ":" + number + ": a line of more than 16 MiB");
      }
      c = reader.read();
    }
    return Optional.of(line.toString());
  }

  private static void json(String line, String place, String sourceOf, Sink sink)
      throws IOException {
    Optional<JsonNode> node = JsonText.parse(line).filter(JsonNode::isObject);
    if (node.isEmpty()) {
      sink.unusable(place, "not a JSON object");
      return;
    }
    try {
      boolean own =
          node.get().path("input").isString()
              && (node.get().has("expected") || !node.get().has("model"));
      Optional<Entry> entry =
          own
              ? Optional.of(Entry.of(node.get(), place))
                  .map(one -> one.source().isEmpty() ? one.withSource(place) : one)
              : LoggedCall.entry(node.get(), place, sourceOf);
      take(entry, place, sink);
    } catch (KedgeException e) {
      sink.unusable(place, e.failure().message().replace(place + ": ", ""));
    }
  }

  private static void take(Optional<Entry> entry, String place, Sink sink) throws IOException {
    if (entry.isEmpty()) sink.unusable(place, "no input and no user message");
    else if (entry.get().input().isBlank()) sink.unusable(place, "empty input");
    else if (entry.get().input().length() > LONGEST_INPUT) {
      sink.unusable(place, "input of more than 200,000 characters");
    } else {
      sink.entry(entry.get());
    }
  }

  /** Reads the captured exchanges of a task. */
  static void captured(CaptureFolder folder, String task, Sink sink) throws IOException {
    long[] number = new long[1];
    folder.read(
        task,
        line ->
            json(
                new String(line, StandardCharsets.UTF_8),
                "capture:" + task + ":" + ++number[0],
                "capture:" + task + ":",
                sink));
  }

  private static final Map<String, List<String>> COLUMNS =
      Map.of(
          "input", List.of("input", "text", "question", "prompt", "request", "message", "query"),
          "expected", List.of("expected", "label", "category", "answer", "class", "intent"),
          "tags", List.of("tags", "tag"),
          "id", List.of("id"),
          "group", List.of("group", "document", "document_id", "conversation_id"),
          "time", List.of("time", "timestamp", "created_at", "date"));

  private static void csv(BufferedReader reader, String label, Sink sink) throws IOException {
    CsvRows rows = new CsvRows(reader, label);
    Optional<CsvRows.Row> head = rows.next();
    if (head.isEmpty()) return;
    Map<String, Integer> columns = columns(head.get().cells());
    if (!columns.containsKey("input")) {
      throw KedgeException.invalid(
          label
              + ":1: no column for the input; name it one of "
              + String.join(", ", COLUMNS.getOrDefault("input", List.of())));
    }
    for (Optional<CsvRows.Row> row = rows.next(); row.isPresent(); row = rows.next()) {
      String place = label + ":" + row.get().line();
      take(Optional.of(entry(row.get().cells(), columns, place)), place, sink);
    }
  }

  private static Map<String, Integer> columns(List<String> head) {
    Map<String, Integer> columns = new HashMap<>();
    List<String> names = head.stream().map(cell -> cell.strip().toLowerCase(Locale.ROOT)).toList();
    COLUMNS.forEach((field, known) ->
        known.stream()
            .filter(names::contains)
            .findFirst()
            .ifPresent(name -> columns.put(field, names.indexOf(name))));
    return columns;
  }

  private static Entry entry(List<String> cells, Map<String, Integer> columns, String place) {
    String expected = cell(cells, columns, "expected");
    List<String> tags = new ArrayList<>();
    for (String tag : cell(cells, columns, "tags").split("[,;|]", -1)) {
      if (!tag.isBlank()) tags.add(tag.strip());
    }
    String id = cell(cells, columns, "id");
    return new Entry(
        id.isBlank() ? place : id,
        cell(cells, columns, "input"),
        expected.isBlank()
            ? Optional.empty()
            : Optional.of(JsonText.STRICT.getNodeFactory().stringNode(expected)),
        Optional.empty(),
        tags,
        cell(cells, columns, "group"),
        place,
        LoggedCall.time(cell(cells, columns, "time")),
        1);
  }

  private static String cell(List<String> cells, Map<String, Integer> columns, String field) {
    Integer at = columns.get(field);
    return at == null || at >= cells.size() ? "" : cells.get(at);
  }
}
