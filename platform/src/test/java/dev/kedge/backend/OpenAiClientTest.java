package dev.kedge.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real HTTP server that answers with prepared bytes. */
class OpenAiClientTest {
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(int status, long pauseMillis, String... pieces) {
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(status, 0);
          try (var out = exchange.getResponseBody()) {
            for (String piece : pieces) {
              out.write(piece.getBytes(StandardCharsets.ISO_8859_1));
              out.flush();
              Thread.sleep(pauseMillis);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private OpenAiClient client(Duration timeout) {
    return new OpenAiClient(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
        "m",
        Optional.empty(),
        timeout);
  }

  private OpenAiClient.Reply ask(Duration timeout) throws InterruptedException {
    try (OpenAiClient client = client(timeout)) {
      return client.ask(OpenAiClient.Question.of("", "hello", 5, 0));
    }
  }

  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aStreamIsReadWholeWhereverItsBytesAreCut() throws Exception {
    String event = utf8("data: {\"choices\":[{\"delta\":{\"content\":\"né\"}}]}\n\n");
    int cut = event.length() / 2;
    answer(
        200,
        5,
        event.substring(0, cut),
        event.substring(cut),
        ": comment\n\n"
            + "data:"
            + " {\"choices\":[{\"delta\":{\"content\":\"!\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}}\n\n"
            + "data: [DONE]\n\n");
    assertThat(ask(Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            OpenAiClient.Answered.class,
            a -> {
              assertThat(a.text()).isEqualTo("né!");
              assertThat(a.finish()).isEqualTo("stop");
              assertThat(a.promptTokens()).isEqualTo(4);
              assertThat(a.completionTokens()).isEqualTo(2);
              assertThat(a.gaps()).hasSize(1);
            });
  }

  @Test
  void whatGoesWrongHasItsKind() throws Exception {
    answer(429, 0, "{\"error\":{\"message\":\"slow down\"}}");
    assertThat(ask(Duration.ofSeconds(5)))
        .isInstanceOfSatisfying(
            OpenAiClient.Failed.class,
            f -> {
              assertThat(f.kind()).isEqualTo("http_429");
              assertThat(f.message()).isEqualTo("slow down");
            });
  }

  @Test
  void aStreamThatEndsEarlyIsBroken() throws Exception {
    answer(200, 0, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
    assertThat(ask(Duration.ofSeconds(5)))
        .isInstanceOfSatisfying(
            OpenAiClient.Failed.class, f -> assertThat(f.kind()).isEqualTo("broken_stream"));
  }

  @Test
  void aServerThatTricklesIsCutOff() throws Exception {
    String[] trickle = new String[200];
    java.util.Arrays.fill(trickle, ":\n\n");
    answer(200, 50, trickle);
    assertThat(ask(Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            OpenAiClient.Failed.class, f -> assertThat(f.kind()).isEqualTo("timeout"));
  }

  @Test
  void nobodyListeningIsToldClearly() {
    int port = server.getAddress().getPort();
    server.stop(0);
    assertThatThrownBy(() ->
            new OpenAiClient(
                URI.create("http://127.0.0.1:" + port),
                "",
                Optional.empty(),
                Duration.ofSeconds(1)))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("nothing listens");
  }
}
