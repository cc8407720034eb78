package dev.kedge.app;

import dev.kedge.access.KeyTerms;
import dev.kedge.access.Keys;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.KedgeFile;
import dev.kedge.store.Store;
import dev.kedge.usage.UsageQuery;
import dev.kedge.usage.UsageRecord;
import dev.kedge.usage.UsageStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway as {@code kedge serve --config} starts it, on a store of its own. */
final class RunningGateway implements AutoCloseable {
  static final JsonMapper JSON = new JsonMapper();

  final Platform platform;
  private final Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private String key = "";

  RunningGateway(Path folder, String yaml) throws IOException {
    this(folder, yaml, "");
  }

  /**
   * @param server more keys of the server's section
   */
  RunningGateway(Path folder, String yaml, String server) throws IOException {
    this.folder = folder;
    platform = Platform.start(parse(yaml, server), folder);
  }

  private static KedgeFile parse(String yaml, String server) {
    String all = "server: {port: 0, grace: 2s" + (server.isEmpty() ? "" : ", " + server) + "}\n";
    return ConfigFile.parse(all + yaml, "kedge.yaml", KedgeFile.class);
  }

  void reload(String yaml) throws IOException {
    platform.reload(parse(yaml, ""), folder);
  }

  /** Starts with a key in its store, which is sent with every request. */
  static RunningGateway keyed(Path folder, String yaml, String tenant, KeyTerms terms)
      throws IOException {
    String key = makeKey(folder, tenant, terms);
    RunningGateway gateway = new RunningGateway(folder, yaml);
    gateway.sendKey(key);
    return gateway;
  }

  /** Makes a key in the store beside the running gateway and sends it from now on. */
  void useKey(String tenant, KeyTerms terms) {
    key = makeKey(folder, tenant, terms);
    await(() -> get("/v1/models").statusCode() == 200);
  }

  private static String makeKey(Path folder, String tenant, KeyTerms terms) {
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"))) {
      return new Keys(store, InstantSource.system(), new SecureRandom())
          .create("test", tenant, terms, Optional.empty())
          .text();
    }
  }

  void sendKey(String text) {
    key = text;
  }

  HttpRequest.Builder request(String path) {
    URI uri = URI.create("http://127.0.0.1:" + platform.port() + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
    if (!key.isEmpty()) request.header("Authorization", "Bearer " + key);
    return request.header("Content-Type", "application/json");
  }

  HttpResponse<String> get(String path) {
    return send(request(path));
  }

  HttpResponse<String> chat(String model, String more) {
    return post("/v1/chat/completions", chatBody(model, more));
  }

  static String chatBody(String model, String more) {
    return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]%s}"
        .formatted(model, more.isEmpty() ? "" : "," + more);
  }

  HttpResponse<String> post(String path, String body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    return send(request, HttpResponse.BodyHandlers.ofString());
  }

  <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request.build(), handler);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  /** All usage records, once there are this many. */
  List<UsageRecord> records(int count) {
    List<UsageRecord> found = new ArrayList<>();
    await(() -> {
      found.clear();
      try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"))) {
        new UsageStore(store).export(UsageQuery.all(), found::add);
      }
      return found.size() >= count;
    });
    return found;
  }

  static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) throw new AssertionError("waited for 15 s in vain");
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    http.close();
    platform.close();
  }
}
