package dev.kedge.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.UpstreamSection;
import dev.kedge.config.Upstreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpPagesTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir Path folder;

  private final HttpPages pages = new HttpPages();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private String root;
  private UpstreamSection upstream;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    root = "http://127.0.0.1:" + server.getAddress().getPort();
    Path key = Files.writeString(folder.resolve("key"), "sk-1\n");
    String yaml =
        "upstreams: [{name: a, url: \"%s/v1\", key: \"file:%s\", headers: {x-team: sales}, models: [{name: m}]}]"
            .formatted(root, key);
    upstream = ConfigFile.parse(yaml, "kedge.yaml", Upstreams.class).upstreams().getFirst();
  }

  @AfterEach
  void stop() {
    pages.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    seen.add(
        exchange.getRequestURI()
            + " "
            + Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("-")
            + " "
            + Optional.ofNullable(exchange.getRequestHeaders().getFirst("x-team")).orElse("-"));
    switch (exchange.getRequestURI().getPath()) {
      case "/health" -> send(exchange, 200, "ok");
      case "/huge" -> send(exchange, 200, "x".repeat(5 << 20));
      case "/elsewhere" -> {
        exchange.getResponseHeaders().set("Location", "/health");
        send(exchange, 302, "");
      }
      case "/slow" -> {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("a".getBytes(UTF_8));
        exchange.getResponseBody().flush();
        // The rest never comes; the exchange stays open until the server stops.
      }
      default -> send(exchange, 503, "starting");
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Test
  void aPageIsReadWithTheUpstreamsKeyAndHeaders() throws Exception {
    byte[] page = pages.read(upstream, upstream.onServer("/health"), LONG);
    assertThat(new String(page, UTF_8)).isEqualTo("ok");
    assertThat(seen).containsExactly("/health Bearer sk-1 sales");
  }

  @Test
  void theKeyIsSentToNoOtherAddress() throws Exception {
    URI other = URI.create(root.replace("127.0.0.1", "localhost") + "/health");
    assertThat(pages.read(upstream, other, LONG)).isNotEmpty();
    assertThat(seen).containsExactly("/health - -");
  }

  @Test
  void errorsRedirectsHugeAndSlowPagesFailWithAReason() {
    assertThatThrownBy(() -> pages.read(upstream, upstream.onServer("/none"), LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("status 503");
    assertThatThrownBy(() -> pages.read(upstream, upstream.onServer("/elsewhere"), LONG))
        .hasMessage("status 302");
    assertThatThrownBy(() -> pages.read(upstream, upstream.onServer("/huge"), LONG))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> pages.read(upstream, upstream.onServer("/slow"), Duration.ofMillis(200)))
        .isInstanceOf(IOException.class)
        .hasMessage("no answer within 200 ms");
    assertThat(List.copyOf(seen)).hasSize(4);
  }

  @Test
  void aServerThatIsNotThereFails() {
    server.stop(0);
    assertThatThrownBy(() -> pages.read(upstream, upstream.onServer("/health"), LONG))
        .isInstanceOf(IOException.class);
  }
}
