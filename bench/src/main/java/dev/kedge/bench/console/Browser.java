package dev.kedge.bench.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Chromium without a window, driven over its DevTools protocol: no driver, no further library.
 * For one thread.
 */
final class Browser implements AutoCloseable {
  static final JsonMapper JSON = new JsonMapper();
  private static final List<String> PLACES =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final int SECONDS = 20;

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  final ConcurrentLinkedQueue<JsonNode> events = new ConcurrentLinkedQueue<>();

  private Browser(Process process, String address) {
    this.process = process;
    socket = http.newWebSocketBuilder().buildAsync(URI.create(address), new Messages()).join();
  }

  /** Where a browser is, if there is one: {@code -Dkedge.browser=} or the usual places. */
  static Optional<Path> find() {
    String named = System.getProperty("kedge.browser", "");
    if (!named.isEmpty()) return Optional.of(Path.of(named));
    return PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }

  /** Starts one with a profile of its own. */
  static Browser start(Path executable, Path profile) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
                executable.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-extensions",
                "--force-color-profile=srgb",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true);
    // What it leaves behind goes with the profile.
    command.environment().put("TMPDIR", profile.toString());
    Process process = command.start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String mark = "DevTools listening on ";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.startsWith(mark)) continue;
      Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
      return new Browser(process, line.substring(mark.length()));
    }
    throw new IOException(executable + " ended before it listened");
  }

  /** A fresh page with cookies of its own. */
  Tab tab() {
    String context =
        call("", "Target.createBrowserContext", Map.of()).get("browserContextId").asString();
    String target =
        call("", "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
            .get("targetId")
            .asString();
    String session =
        call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asString();
    return new Tab(this, session);
  }

  /** Calls a method of the protocol and waits for its result. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    int id = ids.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) message.put("sessionId", session);
    CompletableFuture<JsonNode> result = new CompletableFuture<>();
    waiting.put(id, result);
    socket.sendText(message.toString(), true).join();
    try {
      JsonNode answer = result.get(SECONDS, TimeUnit.SECONDS);
      if (answer.has("error")) throw new IllegalStateException(method + ": " + answer.get("error"));
      return answer.get("result");
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(method + " was not answered", e);
    }
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        take(JSON.readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void take(JsonNode message) {
      if (!message.has("id")) {
        events.add(message);
        return;
      }
      CompletableFuture<JsonNode> result = waiting.remove(message.get("id").asInt());
      if (result != null) result.complete(message);
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
