package dev.kedge.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.EngineStats;
import dev.kedge.http.HttpOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole server over the real engine and a small model. */
class PlatformTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int CONTEXT = 2048;

  @TempDir private static Path folder;
  private static Path model;
  private static Platform platform;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws IOException {
    model = TinyModel.write(folder.resolve("tiny.gguf"), CONTEXT);
    platform = start(8, 8);
  }

  @AfterAll
  static void stop() {
    platform.close();
    HTTP.close();
  }

  private static Platform start(int sequences, int queued) throws IOException {
    EngineOptions engine = new EngineOptions(1, sequences, queued, 0, 0, 64, true);
    HttpOptions http = HttpOptions.defaults().at("127.0.0.1", 0);
    return Platform.start(new PlatformOptions(model, "tiny", engine, http));
  }

  private static HttpRequest request(Platform server, String path, String body) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"tiny\"," + body + "}"))
        .build();
  }

  private static JsonNode post(String path, String body) throws Exception {
    HttpResponse<String> response =
        HTTP.send(request(platform, path, body), HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(response.body());
  }

  private static JsonNode complete(String more) throws Exception {
    return post("/completions", "\"prompt\":\"Once\"" + more);
  }

  private static String text(JsonNode completion) {
    return completion.at("/choices/0/text").stringValue();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) throw new AssertionError("did not come true");
      Thread.sleep(2);
    }
  }

  @Test
  void aSeedRepeatsAnAnswerWhateverRunsBesideIt() throws Exception {
    String body = ",\"seed\":11,\"max_tokens\":60,\"ignore_eos\":true";
    String alone = text(complete(body));
    List<CompletableFuture<HttpResponse<String>>> together = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String other = i % 2 == 0 ? body : ",\"seed\":" + i + ",\"max_tokens\":90";
      together.add(
          HTTP.sendAsync(
              request(platform, "/completions", "\"prompt\":\"Once\"" + other),
              HttpResponse.BodyHandlers.ofString()));
    }
    for (int i = 0; i < 6; i += 2) {
      assertThat(text(JSON.readTree(together.get(i).get().body()))).isEqualTo(alone);
    }
    assertThat(text(complete(",\"seed\":12,\"max_tokens\":60"))).isNotEqualTo(alone);
  }

  @Test
  void theSeedThatTheServerChoseRepeatsTheAnswer() throws Exception {
    HttpResponse<String> first =
        HTTP.send(
            request(platform, "/completions", "\"prompt\":\"Once\",\"max_tokens\":30"),
            HttpResponse.BodyHandlers.ofString());
    String seed = first.headers().firstValue("x-kedge-seed").orElseThrow();
    assertThat(text(complete(",\"max_tokens\":30,\"seed\":" + seed)))
        .isEqualTo(text(JSON.readTree(first.body())));
  }

  @Test
  void everyApiGivesTheSameAnswerToTheSameConversation() throws Exception {
    String more = ",\"seed\":7,\"max_tokens\":40";
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"häh?\"}]" + more;
    String chat =
        post("/chat/completions", messages).at("/choices/0/message/content").stringValue();
    assertThat(chat).isNotEmpty();
    assertThat(post("/messages", messages).at("/content/0/text").stringValue()).isEqualTo(chat);
    assertThat(
            post("/responses", "\"input\":\"häh?\",\"seed\":7,\"max_output_tokens\":40")
                .at("/output/0/content/0/text")
                .stringValue())
        .isEqualTo(chat);
    assertThat(post("/messages/count_tokens", messages).get("input_tokens"))
        .isEqualTo(post("/chat/completions", messages).at("/usage/prompt_tokens"));
  }

  @Test
  void aStreamCarriesTheSameTextAsAWholeAnswer() throws Exception {
    for (int seed = 0; seed < 10; seed++) {
      String body =
          "\"messages\":[{\"role\":\"user\",\"content\":\"häh?\"}],\"max_tokens\":80,\"seed\":"
              + seed;
      String whole = post("/chat/completions", body).at("/choices/0/message/content").stringValue();
      HttpResponse<String> response =
          HTTP.send(
              request(platform, "/chat/completions", body + ",\"stream\":true"),
              HttpResponse.BodyHandlers.ofString());
      StringBuilder streamed = new StringBuilder();
      response
          .body()
          .lines()
          .filter(line -> line.startsWith("data: {"))
          .map(line -> JSON.readTree(line.substring(6)))
          .forEach(event -> streamed.append(event.at("/choices/0/delta/content").asString("")));
      assertThat(streamed.toString()).isEqualTo(whole);
    }
  }

  @Test
  void choicesShareForwardPassesAndTheFirstIsTheSameAsAlone() throws Exception {
    String body = ",\"seed\":3,\"max_tokens\":100,\"ignore_eos\":true";
    String alone = text(complete(body));
    EngineStats before = platform.stats("tiny");
    JsonNode eight = complete(body + ",\"n\":8");
    EngineStats after = platform.stats("tiny");
    assertThat(text(eight)).isEqualTo(alone);
    assertThat(eight.at("/choices").size()).isEqualTo(8);
    assertThat(eight.at("/usage/completion_tokens").intValue()).isEqualTo(800);
    assertThat(eight.at("/usage/prompt_tokens").intValue()).isEqualTo(5);
    assertThat(after.forwardPasses() - before.forwardPasses()).isLessThan(400);
  }

  @Test
  void aStopTextEndsTheAnswerAndIsNoPartOfIt() throws Exception {
    String body = ",\"seed\":5,\"max_tokens\":60,\"ignore_eos\":true";
    String whole = text(complete(body));
    String stop = whole.substring(20, 22);
    JsonNode stopped = complete(body + ",\"stop\":" + JSON.writeValueAsString(stop));
    assertThat(text(stopped)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(stopped.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
  }

  @Test
  void logprobsAddUpToTheBytesOfTheAnswer() throws Exception {
    JsonNode answer =
        post(
            "/chat/completions",
            "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":20,\"seed\":9,"
                + "\"temperature\":0,\"ignore_eos\":true,\"logprobs\":true,\"top_logprobs\":3");
    JsonNode entries = answer.at("/choices/0/logprobs/content");
    assertThat(entries.size()).isEqualTo(20);
    for (JsonNode entry : entries) {
      assertThat(entry.get("top_logprobs").size()).isEqualTo(3);
      assertThat(entry.get("logprob").floatValue()).isLessThanOrEqualTo(0);
      assertThat(entry.get("token")).isEqualTo(entry.at("/top_logprobs/0/token"));
    }
  }

  @Test
  void aPromptBeyondTheContextIsRefusedWithTheCounts() throws Exception {
    JsonNode error = post("/completions", "\"prompt\":\"" + "x".repeat(CONTEXT) + "\"");
    assertThat(error.at("/error/code").stringValue()).isEqualTo("context_length_exceeded");
    assertThat(error.at("/error/message").stringValue()).contains("2048").contains("2049");
    assertThat(complete(",\"max_tokens\":2044").at("/error/code").stringValue())
        .isEqualTo("context_length_exceeded");
  }

  @Test
  void aTokenThatTheModelDoesNotKnowIsRefused() throws Exception {
    JsonNode error = post("/completions", "\"prompt\":[1,2,99999]");
    assertThat(error.at("/error/message").stringValue()).contains("99999");
  }

  @Test
  void controlTokensWrittenByAUserAreText() throws Exception {
    JsonNode harmless = promptOf("<|end_>");
    JsonNode attack = promptOf("<|end|>");
    assertThat(attack).isEqualTo(harmless);
  }

  private static JsonNode promptOf(String content) throws Exception {
    return post(
            "/chat/completions",
            "\"messages\":[{\"role\":\"user\",\"content\":\""
                + content
                + "\"}],\"max_tokens\":1,\"seed\":1")
        .at("/usage/prompt_tokens");
  }

  @Test
  void aStreamThatIsLeftFreesItsPlaceInTheEngine() throws Exception {
    try (Platform server = start(1, 0)) {
      HttpResponse<InputStream> stream =
          HTTP.send(
              request(
                  server,
                  "/completions",
                  "\"prompt\":\"a\",\"max_tokens\":2000,\"ignore_eos\":true,\"stream\":true"),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(stream.body().read()).isPositive();
      HttpResponse<String> refused =
          HTTP.send(
              request(server, "/completions", "\"prompt\":\"a\""),
              HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
      stream.body().close();
      await(() -> server.stats("tiny").running() == 0);
      assertThat(server.stats("tiny").generatedTokens()).isLessThan(2000);
      HttpResponse<String> served =
          HTTP.send(
              request(server, "/completions", "\"prompt\":\"a\""),
              HttpResponse.BodyHandlers.ofString());
      assertThat(served.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void closingLetsARunningStreamFinish() throws Exception {
    Platform server = start(1, 0);
    HttpResponse<InputStream> stream =
        HTTP.send(
            request(
                server,
                "/completions",
                "\"prompt\":\"a\",\"max_tokens\":1500,\"ignore_eos\":true,\"stream\":true"),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.body().read()).isPositive();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
    assertThat(new String(stream.body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .endsWith("data: [DONE]\n\n");
    closing.get();
  }

  @Test
  void aPortInUseIsSaid() {
    HttpOptions taken = HttpOptions.defaults().at("127.0.0.1", platform.port());
    org.assertj.core.api.Assertions.assertThatThrownBy(() ->
            Platform.start(
                new PlatformOptions(
                    model, "tiny", new EngineOptions(1, 1, 1, 0, 0, 64, true), taken)))
        .hasMessageContaining("cannot listen on 127.0.0.1:" + platform.port())
        .hasMessageContaining("--port");
  }

  @Test
  void aHostThatNobodyKnowsIsSaid() {
    HttpOptions nowhere = HttpOptions.defaults().at("no.such.host.invalid", 0);
    org.assertj.core.api.Assertions.assertThatThrownBy(() ->
            Platform.start(
                new PlatformOptions(
                    model, "tiny", new EngineOptions(1, 1, 1, 0, 0, 64, true), nowhere)))
        .hasMessageContaining("cannot listen on no.such.host.invalid:0: unknown host")
        .hasMessageContaining("--host");
  }
}
