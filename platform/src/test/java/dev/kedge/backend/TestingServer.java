package dev.kedge.backend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real, small OpenAI-compatible server whose answers a test decides. */
public final class TestingServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  static {
    // Without it, each answer waits 40 ms for the client's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** Decides on the answer to the n-th call, counted from 0. */
  public interface Behaviour {
    Reply reply(int call, String question) throws InterruptedException;
  }

  /** What is sent: a status with a text, or for 200 a stream that may break off. */
  public record Reply(int status, String text, boolean whole) {
    public static Reply of(String text) {
      return new Reply(200, text, true);
    }
  }

  private final HttpServer server;
  private final AtomicInteger calls = new AtomicInteger();

  public TestingServer(Behaviour behaviour, Executor executor) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/v1/chat/completions", exchange -> handle(exchange, behaviour));
    server.start();
  }

  /** Calls that arrived so far. */
  public int calls() {
    return calls.get();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  public OpenAiClient client(Duration timeout) {
    return new OpenAiClient(url(), "testing", Optional.empty(), timeout);
  }

  private void handle(HttpExchange exchange, Behaviour behaviour) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      JsonNode messages = body.path("messages");
      String question = messages.path(messages.size() - 1).path("content").asString();
      Reply reply = behaviour.reply(calls.getAndIncrement(), question);
      exchange.sendResponseHeaders(reply.status(), 0);
      exchange
          .getResponseBody()
          .write(
              (reply.status() == 200 ? stream(reply) : error(reply))
                  .getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String error(Reply reply) {
    return JSON.writeValueAsString(Map.of("error", Map.of("message", reply.text())));
  }

  private static String stream(Reply reply) {
    int half = reply.text().length() / 2;
    String events = piece(reply.text().substring(0, half)) + piece(reply.text().substring(half));
    if (!reply.whole()) return events;
    int tokens = Math.max(1, reply.text().length() / 4);
    return events
        + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":"
        + tokens
        + "}}\n\ndata: [DONE]\n\n";
  }

  private static String piece(String text) {
    return "data: {\"choices\":[{\"delta\":{\"content\":"
        + JSON.writeValueAsString(text)
        + "}}]}\n\n";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
