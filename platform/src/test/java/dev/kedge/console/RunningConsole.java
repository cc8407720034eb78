package dev.kedge.console;

import dev.kedge.access.KeyTerms;
import dev.kedge.access.Keys;
import dev.kedge.app.Platform;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.KedgeFile;
import dev.kedge.config.Role;
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
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** A gateway with its console on this machine, and something to look at in its store. */
public final class RunningConsole implements AutoCloseable {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["find", "lines"], "additionalProperties": false,
       "properties": {
         "find": {"enum": ["orders", "customers"]},
         "urgent": {"type": "boolean"},
         "lines": {"type": "array", "items": {"type": "object", "required": ["name"],
           "properties": {"name": {"type": "string"}, "pieces": {"type": "integer"}}}}}}
      """;

  public static final JsonMapper JSON = new JsonMapper();

  private final TestingUpstream upstream = new TestingUpstream();
  private final Platform platform;
  private final Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Starts it for everybody on this machine. */
  public RunningConsole(Path folder) throws IOException {
    this(folder, "");
  }

  /**
   * Starts it.
   *
   * @param more of the configuration
   */
  public RunningConsole(Path folder, String more) throws IOException {
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
    platform = Platform.start(ConfigFile.parse(yaml + more, "kedge.yaml", KedgeFile.class), folder);
  }

  /** Where a page is. */
  public String address(String path) {
    return "http://127.0.0.1:" + platform.port() + path;
  }

  /** A browser without cookies yet. */
  Surfer surfer() {
    return new Surfer(this, http);
  }

  /** The address without a path, as browsers send it with forms. */
  String origin() {
    return "http://127.0.0.1:" + platform.port();
  }

  /** The folder of data. */
  Path folder() {
    return folder;
  }

  /** Makes a key with these roles. */
  String key(String name, Role... roles) {
    KeyTerms user = KeyTerms.user();
    KeyTerms terms =
        new KeyTerms(
            Set.of(roles), user.models(), user.apis(), user.limits(), user.budgets(), user.tags());
    try (Store store = store()) {
      return new Keys(store, InstantSource.system(), new SecureRandom())
          .create(name, "default", terms, Optional.empty())
          .text();
    }
  }

  /** The store beside the running server. */
  public Store store() {
    return Store.open("sqlite:" + folder.resolve("kedge.db"));
  }

  /** A labelling project of two classes and one of JSON. */
  public void projects() {
    try (Store store = store()) {
      Labelling labelling = new Labelling(store, InstantSource.system());
      project(
          labelling,
          "returns",
          new Form.Choice(List.of("return", "complaint", "order", "none of these")));
      project(labelling, "order-lines", new Form.Structured(SCHEMA));
      project(labelling, "replies", new Form.Text("Short, polite, names the order."));
      project(labelling, "queries", new Form.Sql("CREATE TABLE orders (id INTEGER, city TEXT);"));
    }
  }

  /** One more labelling project. */
  public void project(String name, Form form) {
    try (Store store = store()) {
      project(new Labelling(store, InstantSource.system()), name, form);
    }
  }

  /** Two people disagree on some items of a project of their own. */
  public void disputes() {
    try (Store store = store()) {
      Labelling labelling = new Labelling(store, InstantSource.system());
      project(labelling, "disputed", new Form.Structured("{}"));
      for (int i = 1; i <= 6; i++) {
        String both = "{\"find\": \"orders\", \"number\": " + i + "}";
        String other = i % 2 == 0 ? both : "{\"find\": \"returns\", \"number\": " + i + "}";
        labelling.answer("disputed", "e" + i, "Ben", JSON.readTree(both));
        labelling.answer("disputed", "e" + i, "Cleo", JSON.readTree(other));
      }
      labelling.comment(
          "disputed", "e1", "Cleo", "It says back, so it is a return. " + ConsoleSeed.HOSTILE);
    }
  }

  /** Datasets, runs and gates. */
  public void proof() throws IOException {
    ConsoleSeed.runs(folder);
    try (Store store = store()) {
      ConsoleSeed.gates(folder, store);
      Datasets datasets = new Datasets(folder, store, InstantSource.system());
      List<Entry> entries =
          IntStream.rangeClosed(1, 60)
              .mapToObj(i ->
                  Entry.of(
                          "d" + i,
                          "Where is order " + i + "?" + (i == 3 ? ConsoleSeed.HOSTILE : ""))
                      .withSource("calls.jsonl:" + i))
              .toList();
      ObjectNode made = JSON.createObjectNode().put("by", "holdout build").put("seed", 1);
      DatasetVersion first = datasets.add("order-desk", entries, Optional.empty(), made);
      List<Entry> labelled =
          entries.stream().map(entry -> entry.withExpected(StringNode.valueOf("order"))).toList();
      datasets.add(
          "order-desk", labelled, Optional.of(first), made.deepCopy().put("by", "labelling"));
    }
  }

  private static void project(Labelling labelling, String name, Form form) {
    labelling.create(
        new LabelProject(
            name,
            form,
            "Read the whole message. " + ConsoleSeed.HOSTILE,
            "desk@1",
            2,
            Instant.now(),
            "carla"),
        IntStream.rangeClosed(1, 6)
            .mapToObj(i ->
                new LabelItem(
                    "e" + i,
                    "Message "
                        + i
                        + ": may I send <b>three</b> kettles back? "
                        + (i == 2 ? ConsoleSeed.HOSTILE : ""),
                    Optional.of(StringNode.valueOf("suggested-" + i)),
                    List.of("plain", "kitchen")))
            .toList());
  }

  /** Some calls, so that there is usage. */
  public void calls(int count) throws IOException, InterruptedException {
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

  @Override
  public void close() throws IOException {
    http.close();
    platform.close();
    upstream.close();
  }
}
