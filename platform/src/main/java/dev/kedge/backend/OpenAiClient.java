package dev.kedge.backend;

import dev.kedge.base.KedgeException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks any OpenAI-compatible server for chat completions, streaming, and times what comes back. The
 * server is not trusted: lines, answers and waiting are bounded. Thread-safe; one instance serves
 * many calls at once.
 */
public final class OpenAiClient implements AutoCloseable {
  private static final int LONGEST_LINE = 1 << 20;
  private static final int LONGEST_ANSWER = 16 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final URI base;
  private final String model;
  private final Optional<String> key;
  private final Duration timeout;
  private final HttpClient http;
  private final ScheduledExecutorService watchdog;

  /**
   * Connects lazily.
   *
   * @param base such as {@code http://127.0.0.1:8080/v1}
   * @param model the server's name of the model; empty asks the server for its first one
   * @param key sent as bearer token
   * @param timeout for one whole call
   */
  public OpenAiClient(URI base, String model, Optional<String> key, Duration timeout) {
    String address = base.toString().replaceAll("/+$", "");
    if (!address.matches("https?://.*")) {
      throw KedgeException.invalid("the address must begin with http:// or https://, not " + base);
    }
    this.base = URI.create(address.endsWith("/v1") ? address : address + "/v1");
    this.key = key;
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    this.watchdog =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("client-watchdog").factory());
    this.model = model.isEmpty() ? firstModel() : model;
  }

  /** The server's name of the model that is asked. */
  public String model() {
    return model;
  }

  /** The base address, with version. */
  public URI address() {
    return base;
  }

  /** One message of a conversation. */
  public record Message(String role, String content) {}

  /** What to ask. A seed below zero is not sent. */
  public record Question(List<Message> messages, int maxTokens, double temperature, long seed) {
    /** A user's message, with a system message before it unless that is empty. */
    public static Question of(String system, String user, int maxTokens, double temperature) {
      Message message = new Message("user", user);
      List<Message> messages =
          system.isEmpty() ? List.of(message) : List.of(new Message("system", system), message);
      return new Question(messages, maxTokens, temperature, -1);
    }
  }

  /** How a call ended. */
  public sealed interface Reply {
    /** From sending to the end. */
    Duration total();
  }

  /**
   * A whole answer.
   *
   * @param text what was answered
   * @param finish the server's reason
   * @param promptTokens as the server counts; 0 where it does not say
   * @param completionTokens as the server counts; the number of chunks where it does not say
   * @param firstToken from sending to the first text
   * @param gaps between successive pieces of text
   * @param total from sending to the end
   * @param fingerprint what the server says about itself; empty where it does not
   */
  public record Answered(
      String text,
      String finish,
      int promptTokens,
      int completionTokens,
      Duration firstToken,
      List<Duration> gaps,
      Duration total,
      String fingerprint)
      implements Reply {
    /** Of a server that says nothing about itself. */
    public Answered(
        String text,
        String finish,
        int promptTokens,
        int completionTokens,
        Duration firstToken,
        List<Duration> gaps,
        Duration total) {
      this(text, finish, promptTokens, completionTokens, firstToken, gaps, total, "");
    }
  }

  /**
   * No whole answer.
   *
   * @param kind {@code connect}, {@code timeout}, {@code http_429} and the like, {@code
   *     broken_stream}
   * @param message for people
   */
  public record Failed(String kind, String message, Duration total) implements Reply {}

  /** Asks and waits for the end of the answer. */
  public Reply ask(Question question) throws InterruptedException {
    return ask(question, piece -> {});
  }

  /** Asks, tells about every piece of text as it arrives, and waits for the end of the answer. */
  public Reply ask(Question question, Consumer<String> pieces) throws InterruptedException {
    return call("/chat/completions", body(question), "", pieces);
  }

  /**
   * Asks under the name of a call, which the header {@code Idempotency-Key} tells the server.
   *
   * @param call empty for none
   */
  public Reply ask(Question question, String call) throws InterruptedException {
    return call("/chat/completions", body(question), call, piece -> {});
  }

  /** Has a text continued; {@code call} as above. */
  public Reply complete(String prompt, int maxTokens, double temperature, String call)
      throws InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("prompt", prompt);
    body.put("max_tokens", maxTokens);
    body.put("temperature", temperature);
    return call("/completions", streamed(body), call, piece -> {});
  }

  private Reply call(String path, byte[] body, String name, Consumer<String> pieces)
      throws InterruptedException {
    long start = System.nanoTime();
    HttpRequest.Builder request =
        request(path)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!name.isEmpty()) request.header("Idempotency-Key", name);
    return exchange(request.build(), start, pieces);
  }

  private Reply exchange(HttpRequest request, long start, Consumer<String> pieces)
      throws InterruptedException {
    try {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        ScheduledFuture<?> guard = watch(body, start);
        try {
          if (response.statusCode() != 200) return refused(response.statusCode(), body, start);
          return new Stream(start, pieces).read(body);
        } finally {
          guard.cancel(false);
        }
      }
    } catch (HttpTimeoutException e) {
      return new Failed("timeout", "no answer within " + timeout.toMillis() + " ms", since(start));
    } catch (ConnectException e) {
      return new Failed("connect", "nothing listens at " + base, since(start));
    } catch (IOException e) {
      boolean late = since(start).compareTo(timeout) >= 0;
      return new Failed(
          late ? "timeout" : "broken_stream", String.valueOf(e.getMessage()), since(start));
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + path));
    key.ifPresent(value -> builder.header("Authorization", "Bearer " + value));
    return builder;
  }

  private String firstModel() {
    try {
      HttpResponse<InputStream> response =
          http.send(
              request("/models").timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        JsonNode name =
            JSON.readTree(body.readNBytes(LONGEST_LINE)).path("data").path(0).path("id");
        if (name.isString()) return name.asString();
        throw KedgeException.invalid(base + "/models names no model; name one yourself");
      }
    } catch (IOException | JacksonException e) {
      throw KedgeException.invalid("cannot list the models at " + base + "/models: " + reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KedgeException.invalid("interrupted while listing the models at " + base);
    }
  }

  private static String reason(Exception e) {
    return e instanceof ConnectException ? "nothing listens there" : String.valueOf(e.getMessage());
  }

  private byte[] body(Question question) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("messages", question.messages());
    body.put("max_tokens", question.maxTokens());
    body.put("temperature", question.temperature());
    if (question.seed() >= 0) body.put("seed", question.seed());
    return streamed(body);
  }

  private static byte[] streamed(Map<String, Object> body) {
    body.put("stream", true);
    body.put("stream_options", Map.of("include_usage", true));
    return JSON.writeValueAsBytes(body);
  }

  private ScheduledFuture<?> watch(InputStream body, long start) {
    long left = timeout.toNanos() - (System.nanoTime() - start);
    return watchdog.schedule(
        () -> {
          try {
            body.close();
          } catch (IOException e) {
            // The reader sees the closed stream either way.
          }
        },
        Math.max(0, left),
        TimeUnit.NANOSECONDS);
  }

  private static Failed refused(int status, InputStream body, long start) throws IOException {
    String text = new String(body.readNBytes(64 << 10), StandardCharsets.UTF_8);
    String message = text;
    try {
      JsonNode told = JSON.readTree(text).path("error").path("message");
      if (told.isString()) message = told.asString();
    } catch (JacksonException e) {
      // Not OpenAI's error format: the text itself is the message.
    }
    return new Failed("http_" + status, message, since(start));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
    http.shutdownNow();
  }

  /** Reads one event stream. */
  private static final class Stream {
    private final long start;
    private final Consumer<String> pieces;
    private final StringBuilder text = new StringBuilder();
    private final List<Duration> gaps = new ArrayList<>();
    private String finish = "";
    private String fingerprint = "";
    private int promptTokens;
    private int completionTokens;
    private int chunks;
    private long first;
    private long last;

    Stream(long start, Consumer<String> pieces) {
      this.start = start;
      this.pieces = pieces;
    }

    Reply read(InputStream body) throws IOException {
      InputStream in = new BufferedInputStream(body, 16 << 10);
      while (true) {
        Optional<String> line = line(in);
        if (line.isEmpty()) return broken("the stream ended without [DONE]");
        if (!line.get().startsWith("data:")) continue;
        String data = line.get().substring("data:".length()).strip();
        if (data.equals("[DONE]")) return answered();
        Optional<String> error = take(data);
        if (error.isPresent()) return broken(error.get());
        if (text.length() > LONGEST_ANSWER) return broken("the answer is longer than 16 MiB");
      }
    }

    private Optional<String> take(String data) {
      JsonNode chunk;
      try {
        chunk = JSON.readTree(data);
      } catch (JacksonException e) {
        return Optional.of("an event is not JSON: " + e.getOriginalMessage());
      }
      if (chunk.has("error"))
        return Optional.of(chunk.path("error").path("message").asString("error in the stream"));
      JsonNode choice = chunk.path("choices").path(0);
      String piece =
          choice.path("delta").path("content").stringValue(choice.path("text").stringValue(""));
      if (!piece.isEmpty()) timed(piece);
      fingerprint = chunk.path("system_fingerprint").stringValue(fingerprint);
      finish = choice.path("finish_reason").stringValue(finish);
      promptTokens = chunk.path("usage").path("prompt_tokens").intValue(promptTokens);
      completionTokens = chunk.path("usage").path("completion_tokens").intValue(completionTokens);
      return Optional.empty();
    }

    private void timed(String piece) {
      long now = System.nanoTime();
      if (chunks++ == 0) first = now;
      else gaps.add(Duration.ofNanos(now - last));
      last = now;
      text.append(piece);
      pieces.accept(piece);
    }

    private Reply answered() {
      return new Answered(
          text.toString(),
          finish,
          promptTokens,
          completionTokens == 0 ? chunks : completionTokens,
          chunks == 0 ? since(start) : Duration.ofNanos(first - start),
          List.copyOf(gaps),
          since(start),
          fingerprint);
    }

    private Failed broken(String message) {
      return new Failed("broken_stream", message, since(start));
    }

    private static Optional<String> line(InputStream in) throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b != -1; b = in.read()) {
        if (b == '\n') return Optional.of(line.toString(StandardCharsets.UTF_8));
        line.write(b);
        if (line.size() > LONGEST_LINE) throw new IOException("a line is longer than 1 MiB");
      }
      return Optional.empty();
    }
  }
}
