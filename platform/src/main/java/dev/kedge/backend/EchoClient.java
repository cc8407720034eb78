package dev.kedge.backend;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks an OpenAI-compatible server how probable a given text is, through {@code /v1/completions}
 * with {@code echo} and {@code logprobs}, as vLLM and others have it. Thread-safe.
 */
public final class EchoClient implements AutoCloseable {
  private static final int LONGEST_BODY = 16 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final URI base;
  private final String model;
  private final Optional<String> key;
  private final Duration timeout;
  private final HttpClient http;

  /**
   * Connects lazily.
   *
   * @param base with version, as {@link OpenAiClient#address}
   */
  public EchoClient(URI base, String model, Optional<String> key, Duration timeout) {
    this.base = base;
    this.model = model;
    this.key = key;
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** What the server said. */
  public sealed interface Reply {
    /** The natural log-probability of the continuation. */
    record Scored(double logprob, int tokens, String fingerprint) implements Reply {}

    /** As {@link OpenAiClient.Failed}; {@code no_echo} where the server cannot do this. */
    record Failed(String kind, String message) implements Reply {}
  }

  /** Asks for the probability of {@code continuation} behind {@code prompt}. */
  public Reply logprob(String prompt, String continuation) throws InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("prompt", prompt + continuation);
    // One token and not none: several servers refuse 0. It stands behind the text and is cut off.
    body.put("max_tokens", 1);
    body.put("temperature", 0);
    body.put("echo", true);
    body.put("logprobs", 1);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/completions"))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    key.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    try {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        String text = new String(in.readNBytes(LONGEST_BODY), StandardCharsets.UTF_8);
        int status = response.statusCode();
        if (cannot(status, text)) return noEcho();
        if (status != 200) return new Reply.Failed("http_" + status, shortened(text));
        return read(JSON.readTree(text), prompt.length(), prompt.length() + continuation.length());
      }
    } catch (IOException | JacksonException e) {
      return new Reply.Failed("broken_answer", String.valueOf(e.getMessage()));
    }
  }

  /* A token that spans the border counts to the continuation: it begins before and ends behind. */
  private static Reply read(JsonNode answer, int from, int to) {
    JsonNode scores = answer.path("choices").path(0).path("logprobs");
    JsonNode logprobs = scores.path("token_logprobs");
    JsonNode offsets = scores.path("text_offset");
    if (!logprobs.isArray() || !offsets.isArray() || logprobs.size() != offsets.size()) {
      return noEcho();
    }
    double sum = 0;
    int tokens = 0;
    for (int i = 0; i < logprobs.size(); i++) {
      int start = offsets.get(i).asInt();
      int end = i + 1 < offsets.size() ? offsets.get(i + 1).asInt() : Integer.MAX_VALUE;
      if (end <= from || start >= to) continue;
      if (!logprobs.get(i).isNumber()) return noEcho();
      sum += logprobs.get(i).asDouble();
      tokens++;
    }
    // Without echo the offsets begin behind the text, or there is the one new token alone.
    if (tokens == 0 || offsets.size() < 2 || offsets.get(0).asInt() != 0) return noEcho();
    return new Reply.Scored(sum, tokens, answer.path("system_fingerprint").stringValue(""));
  }

  /* No such path, or a refusal that names what was asked for. */
  private static boolean cannot(int status, String text) {
    boolean named = text.contains("echo") || text.contains("logprobs");
    return status == 404 || status == 405 || status == 501 || (status == 400 && named);
  }

  private static Reply noEcho() {
    return new Reply.Failed(
        "no_echo",
        "this server does not tell the log-probabilities of a given text ('echo' with 'logprobs' in"
            + " /v1/completions), so options cannot be compared by likelihood; take a model file or"
            + " a server that does, such as vLLM");
  }

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
