package dev.kedge.rollout.replay;

import dev.kedge.base.KedgeException;
import dev.kedge.rollout.RolloutSpec;
import dev.kedge.rollout.Seen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BiConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a replay has compared, a line per call behind a first line that says what is replayed. A
 * line that a killed process left half is cut off. For one thread.
 */
final class ReplayJournal implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Writer out;

  private ReplayJournal(Writer out) {
    this.out = out;
  }

  /**
   * Opens a journal and tells what stands in it.
   *
   * @param source which calls are replayed
   * @throws KedgeException if it belongs to another replay
   */
  static ReplayJournal open(
      Path file, RolloutSpec spec, String source, BiConsumer<String, Seen.Both> each)
      throws IOException {
    String head = JSON.writeValueAsString(head(spec, source));
    if (Files.exists(file)) {
      long whole = read(file, head, spec.rules().size(), each);
      cut(file, whole);
    } else {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) Files.createDirectories(parent);
      Files.writeString(file, head + "\n");
    }
    return new ReplayJournal(
        Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
  }

  private static ObjectNode head(RolloutSpec spec, String source) {
    ObjectNode node = JSON.createObjectNode();
    node.put("replay", source);
    node.set("rule", JSON.valueToTree(spec));
    return node;
  }

  private static long read(Path file, String head, int measures, BiConsumer<String, Seen.Both> each)
      throws IOException {
    long whole = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String first = lines.readLine();
      if (!head.equals(first)) {
        throw KedgeException.invalid(
            file + " is of another replay, with other calls, models or rules; name another file");
      }
      whole += head.getBytes(StandardCharsets.UTF_8).length + 1L;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode node;
        try {
          node = JSON.readTree(line);
        } catch (JacksonException e) {
          break;
        }
        boolean fits =
            node.path("current").size() == measures && node.path("candidate").size() == measures;
        if (!fits) break;
        Seen.Both both =
            new Seen.Both(0, values(node.path("current")), values(node.path("candidate")));
        each.accept(node.path("call").asString(""), both);
        whole += line.getBytes(StandardCharsets.UTF_8).length + 1L;
      }
    }
    return whole;
  }

  /* Also where only the end of the last line is missing. */
  private static void cut(Path file, long length) throws IOException {
    if (Files.size(file) < length) {
      Files.writeString(file, "\n", StandardOpenOption.APPEND);
      return;
    }
    try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  private static double[] values(JsonNode node) {
    double[] values = new double[node.size()];
    for (int i = 0; i < values.length; i++) values[i] = node.path(i).asDouble(Double.NaN);
    return values;
  }

  /** Adds a compared call; when this returns, the end of the process does not undo it. */
  void add(String call, Seen.Both both) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("call", call);
    fill(node.putArray("current"), both.current());
    fill(node.putArray("candidate"), both.candidate());
    out.write(JSON.writeValueAsString(node) + "\n");
    out.flush();
  }

  private static void fill(ArrayNode array, double[] values) {
    for (double value : values) {
      if (Double.isNaN(value)) array.addNull();
      else array.add(value);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
