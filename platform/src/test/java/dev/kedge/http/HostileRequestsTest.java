package dev.kedge.http;

import static dev.kedge.http.Client.json;
import static dev.kedge.http.Client.rawPost;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileRequestsTest {
  private static RunningServer running;

  @BeforeAll
  static void start() {
    running = new RunningServer(8);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @AfterEach
  void theServerStillAnswers() throws Exception {
    HttpResponse<String> response =
        running.client.post("/v1/completions", "{\"model\":\"testing\",\"prompt\":\"say a\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    Client.await(() -> running.backend.taken() == 0);
  }

  private static void assertRefused(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).at("/error/message").stringValue()).isNotEmpty();
    assertThat(response.body().length()).isLessThan(1_000);
  }

  @Test
  void aBodyBeyondTheLimitIsTooLarge() {
    byte[] body = new byte[(1 << 20) + 1];
    assertRefused(running.client.post("/v1/completions", body), 413);
    HttpRequest.Builder chunked =
        running
            .client
            .request("/v1/completions")
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(body)));
    assertRefused(running.client.send(chunked), 413);
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(100_000);
    assertRefused(running.client.post("/v1/completions", deep), 400);
    assertRefused(
        running.client.post(
            "/v1/completions",
            "{\"model\":\"testing\",\"prompt\":\"a\",\"x\":"
                + "[".repeat(500)
                + "]".repeat(500)
                + "}"),
        400);
  }

  @Test
  void aFloodOfSmallValuesIsRefused() {
    String flood = "{\"x\":[" + "0,".repeat(500_000) + "0]}";
    assertRefused(running.client.post("/v1/completions", flood), 400);
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] body = "{\"model\":\"testing\",\"prompt\":\"say ?\"}".getBytes(StandardCharsets.UTF_8);
    for (int bad : new int[] {0x80, 0xC0, 0xFF, 0xED}) {
      byte[] broken = body.clone();
      broken[body.length - 3] = (byte) bad;
      assertRefused(running.client.post("/v1/completions", broken), 400);
    }
    assertRefused(
        running.client.post(
            "/v1/completions",
            "{\"model\":\"testing\",\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_16)),
        400);
  }

  @Test
  void anUnpairedSurrogateDoesNoHarm() {
    HttpResponse<String> response =
        running.client.post(
            "/v1/completions",
            "{\"model\":\"testing\",\"prompt\":\"say \\ud83d|x\",\"stream\":true}");
    assertThat(response.body()).contains("\"text\":\"\uFFFD\"").contains("[DONE]");
    HttpResponse<String> whole =
        running.client.post(
            "/v1/completions", "{\"model\":\"testing\",\"prompt\":\"say \\ud83d\"}");
    assertThat(whole.statusCode()).isIn(200, 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "-1e999999999",
        "99999999999999999999999999999999",
        "1E400",
        "-0.0000001",
        "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
            + "12345678901234567890"
      })
  void hugeNumbersAreRefused(String number) {
    for (String field :
        new String[] {"temperature", "top_p", "n", "max_tokens", "top_k", "min_p", "logprobs"}) {
      assertRefused(
          running.client.post(
              "/v1/completions",
              "{\"model\":\"testing\",\"prompt\":\"say a\",\"" + field + "\":" + number + "}"),
          400);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n",
        "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n",
        "%s / HTTP/1.1\r\nHost: a\r\n\r\n"
      })
  void anOversizedHeadIsRefused(String form) throws IOException {
    String answer;
    try {
      answer =
          running.client.exchange(
              form.formatted("x".repeat(20_000)).getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return; /* Closed while we were still sending: refused as well. */
    }
    assertThat(answer).startsWith("HTTP/1.1 4").contains("\"error\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
        "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: -1\r\n\r\n",
        "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: x\r\n\r\n",
        "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\nabc",
        "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 99999999999\r\n\r\nabc"
      })
  void aMalformedHeadIsRefused(String request) throws IOException {
    try (var socket = running.client.raw()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!answer.isEmpty()) assertThat(answer).startsWith("HTTP/1.1 4").contains("\"error\"");
    }
  }

  /** Mutations of a valid body: any answer but a server error will do. */
  @Test
  void noMutationOfABodyBreaksTheServer() {
    String valid =
        "{\"model\":\"testing\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"say a|b\"}]}],\"temperature\":0.5,\"top_p\":0.9,\"n\":2,\"stop\":[\"x\"],"
            + "\"logprobs\":true,\"top_logprobs\":2,\"seed\":7,\"max_tokens\":5,\"stream\":false,"
            + "\"stream_options\":null,\"logit_bias\":{},\"response_format\":{\"type\":\"text\"}}";
    SplittableRandom random = new SplittableRandom(20_261_122);
    int accepted = 0;
    for (int round = 0; round < 1_500; round++) {
      byte[] body = BodyMutation.mutate(valid.getBytes(StandardCharsets.UTF_8), random);
      HttpResponse<String> response = running.client.post("/v1/chat/completions", body);
      assertThat(response.statusCode())
          .as(() -> new String(body, StandardCharsets.ISO_8859_1) + " -> " + response.body())
          .isIn(200, 400, 404, 413, 429);
      if (response.statusCode() == 200) accepted++;
      else assertThat(json(response).at("/error/message").stringValue()).isNotEmpty();
    }
    assertThat(accepted).isBetween(1, 1_400);
  }

  @Test
  void aPromptThatLooksLikeARequestIsText() throws IOException {
    String smuggled = "GET /health/live HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n";
    byte[] request =
        rawPost("/v1/completions", "{\"model\":\"testing\",\"prompt\":\"say " + smuggled + "\"}");
    try (var socket = running.client.raw()) {
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).doesNotContain("\"status\":\"live\"");
    }
  }
}
