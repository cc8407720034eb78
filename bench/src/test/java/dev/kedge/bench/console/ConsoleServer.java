package dev.kedge.bench.console;

import dev.kedge.app.Platform;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.KedgeFile;
import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.data.Datasets;
import dev.kedge.eval.data.Entry;
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
import tools.jackson.databind.node.ObjectNode;
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

  /** Two people disagree on some items of a project of their own. */
  void disputes() {
    try (Store store = store()) {
      Labelling labelling = new Labelling(store, InstantSource.system());
      project(labelling, "disputed", new Form.Structured("{}"));
      for (int i = 1; i <= 6; i++) {
        String both = "{\"find\": \"orders\", \"number\": " + i + "}";
        String other = i % 2 == 0 ? both : "{\"find\": \"returns\", \"number\": " + i + "}";
        labelling.answer("disputed", "e" + i, "Ben", Browser.JSON.readTree(both));
        labelling.answer("disputed", "e" + i, "Cleo", Browser.JSON.readTree(other));
      }
      labelling.comment("disputed", "e1", "Cleo", "It says back, so it is a return.");
    }
  }

  /** Datasets, runs and gates. */
  void proof() throws IOException {
    Seed.runs(folder);
    try (Store store = store()) {
      Seed.gates(folder, store);
      Datasets datasets = new Datasets(folder, store, InstantSource.system());
      List<Entry> entries =
          IntStream.rangeClosed(1, 60)
              .mapToObj(i -> Entry.of("d" + i, "Where is order " + i + "?").withSource("calls.jsonl:" + i))
              .toList();
      ObjectNode made = Browser.JSON.createObjectNode().put("by", "holdout build").put("seed", 1);
      DatasetVersion first = datasets.add("order-desk", entries, Optional.empty(), made);
      List<Entry> labelled =
          entries.stream().map(entry -> entry.withExpected(StringNode.valueOf("order"))).toList();
      datasets.add("order-desk", labelled, Optional.of(first), made.deepCopy().put("by", "labelling"));
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
