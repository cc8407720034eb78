package dev.kedge.pilot;

import dev.kedge.backend.TestingServer;
import dev.kedge.backend.TestingServer.Reply;
import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;

/**
 * Serves over real HTTP, without a model: {@code answers} is asked with the model's file name and
 * the question.
 */
final class TestingHost implements ModelHost {
  private final BiFunction<String, String, Reply> answers;
  final List<String> started = new ArrayList<>();
  int running;
  int asked;

  private TestingHost(BiFunction<String, String, Reply> answers) {
    this.answers = answers;
  }

  /** Refuses every question. */
  static TestingHost refusing(String reason) {
    return new TestingHost((model, question) -> new Reply(400, reason, true));
  }

  /** Answers as labelled, but wrongly where the number of the case is divisible. */
  static TestingHost labelled(Map<String, String> labels, int fullWrongEach, int smallWrongEach) {
    List<String> order = List.copyOf(labels.keySet());
    return new TestingHost((model, question) -> {
      int each = model.contains("q4_0") ? smallWrongEach : fullWrongEach;
      int number = order.indexOf(question);
      String wrong = "{\"refusal\":\"<script>\"}";
      return Reply.of(
          number % each == each - 1 ? wrong : labels.getOrDefault(question, "unknown question"));
    });
  }

  @Override
  public Served serve(Path model, String name, int port) {
    String file = String.valueOf(model.getFileName());
    started.add(file);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    TestingServer server;
    try {
      server = new TestingServer((call, question) -> answers.apply(file, question), threads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    running++;
    return new Served() {
      @Override
      public URI url() {
        return server.url();
      }

      @Override
      public String arithmetic() {
        return "prepared answers";
      }

      @Override
      public void close() {
        running--;
        asked += server.calls();
        server.close();
        threads.shutdownNow();
      }
    };
  }

  /** A model file that can be quantized; its matrix depends on the seed. */
  static Path model(Path file, int seed) throws IOException {
    float[] values = new float[64 * 64];
    for (int i = 0; i < values.length; i++) values[i] = (float) Math.sin(i + seed);
    new GgufWriter(Metadata.builder().string("general.architecture", "llama").build())
        .tensor("blk.0.attn_q.weight", new long[] {64, 64}, values)
        .write(file);
    return file;
  }
}
