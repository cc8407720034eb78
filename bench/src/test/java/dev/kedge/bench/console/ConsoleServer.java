package dev.kedge.bench.console;

import dev.kedge.app.Platform;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.KedgeFile;
import dev.kedge.label.Form;
import dev.kedge.label.LabelItem;
import dev.kedge.label.LabelProject;
import dev.kedge.label.Labelling;
import dev.kedge.store.Store;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.node.StringNode;

/** A gateway with its console on this machine, and something to look at in its store. */
final class ConsoleServer implements AutoCloseable {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["find", "lines"], "additionalProperties": false,
       "properties": {
         "find": {"enum": ["orders", "customers"]},
         "urgent": {"type": "boolean"},
         "lines": {"type": "array", "items": {"type": "object", "required": ["name"],
           "properties": {"name": {"type": "string"}, "pieces": {"type": "integer"}}}}}}
      """;

  private final TestingUpstream upstream = new TestingUpstream();
  private final Platform platform;
  private final Path folder;

  ConsoleServer(Path folder) throws IOException {
    this.folder = folder;
    String yaml =
        """
        server: {port: 0, grace: 2s}
        upstreams:
          - name: first
            url: "%s"
            health: {path: none}
            models: [{name: order-desk-large, price: {input: 1000, output: 4000}}]
        """
            .formatted(upstream.url());
    platform = Platform.start(ConfigFile.parse(yaml, "kedge.yaml", KedgeFile.class), folder);
  }

  String address(String path) {
    return "http://127.0.0.1:" + platform.port() + path;
  }

  /** The store beside the running server. */
  Store store() {
    return Store.open("sqlite:" + folder.resolve("kedge.db"));
  }

  /** A labelling project of two classes and one of JSON. */
  void projects() {
    try (Store store = store()) {
      Labelling labelling = new Labelling(store, InstantSource.system());
      project(labelling, "returns", new Form.Choice(List.of("return", "complaint", "order", "none of these")));
      project(labelling, "order-lines", new Form.Structured(SCHEMA));
      project(labelling, "replies", new Form.Text("Short, polite, names the order."));
      project(labelling, "queries", new Form.Sql("CREATE TABLE orders (id INTEGER, city TEXT);"));
    }
  }

  private static void project(Labelling labelling, String name, Form form) {
    labelling.create(
        new LabelProject(name, form, "Read the whole message.", "desk@1", 2, Instant.now(), "carla"),
        IntStream.rangeClosed(1, 6)
            .mapToObj(i ->
                new LabelItem(
                    "e" + i,
                    "Message " + i + ": may I send <b>three</b> kettles back, and how long does it take?",
                    Optional.of(StringNode.valueOf("return")),
                    List.of("plain", "kitchen")))
            .toList());
  }

  /** Some calls, so that there is usage. */
  void calls(int count) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (int i = 0; i < count; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(address("/v1/chat/completions")))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"order-desk-large\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"))
                .build();
        http.send(request, HttpResponse.BodyHandlers.ofString());
      }
    }
  }

  @Override
  public void close() throws IOException {
    platform.close();
    upstream.close();
  }
}
