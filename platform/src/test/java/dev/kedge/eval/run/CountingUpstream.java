package dev.kedge.eval.run;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real server of chat completions that counts how often it was asked what. */
final class CountingUpstream implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  /* Names of calls: one that is made again bears the same one. */
  final Set<String> names = ConcurrentHashMap.newKeySet();
  final AtomicInteger answered = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Function<JsonNode, String> answers;
  private final long delayMillis;

  /** The first so many calls are refused with 503. */
  final AtomicInteger refusals = new AtomicInteger();

  CountingUpstream(long delayMillis, Function<JsonNode, String> answers) throws IOException {
    this.answers = answers;
    this.delayMillis = delayMillis;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::chat);
    server.createContext("/v1/completions", this::echo);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int asked() {
    return calls.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  private void chat(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      JsonNode messages = body.path("messages");
      String asked = messages.path(messages.size() - 1).path("content").asString();
      names.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
      calls.computeIfAbsent(asked, _ -> new AtomicInteger()).incrementAndGet();
      pause();
      if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      String text = JSON.writeValueAsString(answers.apply(body));
      String stream =
          "data: {\"system_fingerprint\":\"fp1\",\"choices\":[{\"delta\":{\"content\":"
              + text
              + "},\"finish_reason\":\"stop\"}]}\n\n"
              + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5}}\n\n"
              + "data: [DONE]\n\n";
      send(exchange, stream);
      answered.incrementAndGet();
    }
  }

  /* One token per character; the probability of a token is that of its code: 'a' -1, 'b' -2. */
  private void echo(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      String prompt = body.path("prompt").asString();
      if (!body.path("echo").asBoolean(false) || answers.apply(body).equals("no echo")) {
        send(exchange, "{\"choices\":[{\"text\":\"x\",\"logprobs\":null}]}");
        return;
      }
      StringBuilder logprobs = new StringBuilder("null");
      StringBuilder offsets = new StringBuilder("0");
      for (int i = 1; i <= prompt.length(); i++) {
        int code = i < prompt.length() ? prompt.charAt(i) - 'a' + 1 : 50;
        logprobs.append(",-").append(Math.max(1, code));
        offsets.append(',').append(i);
      }
      send(
          exchange,
          "{\"choices\":[{\"text\":\"x\",\"logprobs\":{\"token_logprobs\":["
              + logprobs
              + "],\"text_offset\":["
              + offsets
              + "]}}]}");
    }
  }

  private static void send(HttpExchange exchange, String body) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
  }

  private void pause() {
    try {
      Thread.sleep(delayMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
