package dev.kedge.http;

import static dev.kedge.http.Client.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.observe.Warns;
import dev.kedge.wire.SseEvents;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Messages, responses, embeddings and tokens over HTTP. */
class AllApisTest {
  private static RunningServer running;

  @BeforeAll
  static void start() {
    running = new RunningServer(8);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  private static HttpResponse<String> post(String path, String fields) {
    return running.client.post(path, "{\"model\":\"testing\"," + fields + "}");
  }

  private static HttpResponse<String> message(String script, String more) {
    return post(
        "/v1/messages",
        "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\""
            + script
            + "\"}]"
            + more);
  }

  private static List<SseEvents.Event> events(HttpResponse<String> response) {
    return SseEvents.of(response.body().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aMessageIsAnsweredInOnePiece() {
    HttpResponse<String> response = message("say Hello|, |world", "");
    JsonNode body = json(response);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(body.at("/id").stringValue()).startsWith("msg_");
    assertThat(response.headers().firstValue("request-id")).contains(body.at("/id").stringValue());
    assertThat(body.at("/content").toString())
        .isEqualTo("[{\"type\":\"text\",\"text\":\"Hello, world\"}]");
    assertThat(body.at("/stop_reason").stringValue()).isEqualTo("end_turn");
    assertThat(body.at("/usage").toString())
        .isEqualTo(
            "{\"input_tokens\":4,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":3,"
                + "\"output_tokens\":3}");
  }

  @Test
  void aMessageStreams() {
    List<SseEvents.Event> events = events(message("say Hello|, |world", ",\"stream\":true"));
    assertThat(events)
        .extracting(SseEvents.Event::name)
        .containsExactly(
            "message_start",
            "ping",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    assertThat(events.get(5).json().at("/delta/text").stringValue()).isEqualTo("world");
    assertThat(events.get(7).json().at("/usage/output_tokens").intValue()).isEqualTo(3);
  }

  @Test
  void aMessageThatFailsWithinItsStreamEndsWithAnErrorEvent() {
    SseEvents.Event last = events(message("say a|fail", ",\"stream\":true")).getLast();
    assertThat(last.name()).isEqualTo("error");
    assertThat(last.json().at("/error/type").stringValue()).isEqualTo("api_error");
    assertThat(last.json().at("/error/message").stringValue())
        .isEqualTo("the model failed: as the script says");
  }

  @Test
  @Warns("/v1/messages: the model failed")
  void errorsOfMessagesComeInTheirOwnForm() {
    HttpResponse<String> failed = message("say fail", ",\"stream\":true");
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(failed.headers().firstValue("x-should-retry")).contains("false");
    assertThat(json(failed).toString())
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"the model failed:"
                + " as the script says\"},\"request_id\":\""
                + failed.headers().firstValue("request-id").orElseThrow()
                + "\"}");
    HttpResponse<String> unknown =
        running.client.post(
            "/v1/messages",
            "{\"model\":\"x\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(json(unknown).at("/error/type").stringValue()).isEqualTo("not_found_error");
    assertThat(json(post("/v1/messages", "\"x\":1")).toString())
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                + "\"'max_tokens' is required\"}}");
    HttpResponse<String> method = running.client.get("/v1/messages");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(json(method).at("/type").stringValue()).isEqualTo("error");
  }

  @Test
  void aResponseIsAnsweredInOnePiece() {
    HttpResponse<String> response =
        post("/v1/responses", "\"instructions\":\"be brief\",\"input\":\"say Hello|, |world\"");
    JsonNode body = json(response);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(body.at("/object").stringValue()).isEqualTo("response");
    assertThat(body.at("/status").stringValue()).isEqualTo("completed");
    assertThat(body.at("/store").booleanValue()).isFalse();
    assertThat(body.at("/instructions").stringValue()).isEqualTo("be brief");
    assertThat(body.at("/output/0/content/0/text").stringValue()).isEqualTo("Hello, world");
    assertThat(body.at("/output/0/role").stringValue()).isEqualTo("assistant");
    assertThat(body.at("/usage").toString())
        .isEqualTo(
            "{\"input_tokens\":7,\"input_tokens_details\":{\"cached_tokens\":3},"
                + "\"output_tokens\":3,\"output_tokens_details\":{\"reasoning_tokens\":0},"
                + "\"total_tokens\":10}");
    for (String field :
        List.of(
            "error",
            "incomplete_details",
            "metadata",
            "parallel_tool_calls",
            "temperature",
            "tool_choice",
            "tools",
            "top_p",
            "text",
            "truncation",
            "previous_response_id",
            "reasoning",
            "user")) {
      assertThat(body.has(field)).as(field).isTrue();
    }
  }

  @Test
  void aResponseStreamsItsFullSequenceOfEvents() {
    List<SseEvents.Event> events =
        events(post("/v1/responses", "\"input\":\"say Hi|!\",\"stream\":true"));
    assertThat(events)
        .extracting(SseEvents.Event::name)
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    assertThat(events.getLast().json().at("/response/usage/output_tokens").intValue()).isEqualTo(2);
  }

  @Test
  void aResponseThatFailsWithinItsStreamSaysSo() {
    List<SseEvents.Event> events =
        events(post("/v1/responses", "\"input\":\"say Hi|fail\",\"stream\":true"));
    JsonNode error = events.get(events.size() - 2).json();
    assertThat(error.get("type").stringValue()).isEqualTo("error");
    assertThat(error.get("code").stringValue()).isEqualTo("engine_failed");
    JsonNode failed = events.getLast().json();
    assertThat(failed.get("type").stringValue()).isEqualTo("response.failed");
    assertThat(failed.at("/response/status").stringValue()).isEqualTo("failed");
    assertThat(failed.at("/response/output/0/status").stringValue()).isEqualTo("incomplete");
    assertThat(failed.at("/response/error/code").stringValue()).isEqualTo("server_error");
  }

  @Test
  void embeddingsComeAsNumbersOrBase64() {
    JsonNode numbers = json(post("/v1/embeddings", "\"input\":[\"a\",\"b\"]"));
    assertThat(numbers.toString())
        .isEqualTo(
            "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":"
                + "[0.0,0.5]},{\"object\":\"embedding\",\"index\":1,\"embedding\":[1.0,0.5]}],"
                + "\"model\":\"testing\",\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}");
    JsonNode base64 =
        json(post("/v1/embeddings", "\"input\":[[1],[2]],\"encoding_format\":\"base64\""));
    ByteBuffer vector =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64.at("/data/1/embedding").stringValue()))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(vector.getFloat()).isEqualTo(1);
    assertThat(vector.getFloat()).isEqualTo(0.5f);
  }

  @Test
  void tokensAreCountedSplitAndJoined() {
    assertThat(
            post(
                    "/v1/messages/count_tokens",
                    "\"system\":\"ab\",\"messages\":[{\"role\":\"user\",\"content\":\"cde\"}]")
                .body())
        .isEqualTo("{\"input_tokens\":6}");
    assertThat(post("/tokenize", "\"prompt\":\"ab\"").body())
        .isEqualTo("{\"count\":3,\"max_model_len\":4096,\"tokens\":[94,97,98]}");
    assertThat(post("/tokenize", "\"content\":\"ab\",\"add_special_tokens\":false").body())
        .isEqualTo("{\"count\":2,\"max_model_len\":4096,\"tokens\":[97,98]}");
    assertThat(
            json(post("/tokenize", "\"messages\":[{\"role\":\"user\",\"content\":\"cde\"}]"))
                .get("count")
                .intValue())
        .isEqualTo(4);
    assertThat(running.client.post("/detokenize", "{\"tokens\":[97,98]}").body())
        .isEqualTo("{\"prompt\":\"ab\",\"content\":\"ab\"}");
    assertThat(running.client.post("/detokenize", "{\"tokens\":[\"a\"]}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void modelsAreListedInTheWordsOfTheCaller() {
    HttpRequest.Builder request =
        running.client.request("/v1/models").header("anthropic-version", "2023-06-01");
    String entry =
        "{\"type\":\"model\",\"id\":\"testing\",\"display_name\":\"testing\","
            + "\"created_at\":\"2023-11-14T22:13:20Z\"}";
    assertThat(running.client.send(request).body())
        .isEqualTo(
            "{\"data\":["
                + entry
                + "],\"has_more\":false,\"first_id\":\"testing\",\"last_id\":\"testing\"}");
    assertThat(
            running
                .client
                .send(
                    running
                        .client
                        .request("/v1/models/testing")
                        .header("anthropic-version", "2023-06-01"))
                .body())
        .isEqualTo(entry);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080, 200",
    "127.4.5.6, 200",
    "localhost, 200",
    "LOCALHOST:1, 200",
    "app.localhost:99, 200",
    "[::1]:8080, 200",
    "kedge.example, 200",
    "Kedge.Example:443, 200",
    "evil.example, 403",
    "127.0.0.1.evil.example, 403",
    "localhost.evil.example:8080, 403",
    "192.168.0.7:8080, 403",
    "[fe80::1]:8080, 403"
  })
  void aPageThatRebindsItsNameIsTurnedAway(String host, int status) throws Exception {
    String answer =
        running.client.exchange( // which reads until the server closes
            ("GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    if (status == 403) assertThat(answer).contains("host_not_allowed", "localhost", "names");
  }

  @Test
  void aPriorityThatIsNoneIsRefusedAndOneThatIsIsTaken() {
    for (String priority : List.of("batch", "Interactive", "normal", "7", "urgent")) {
      HttpRequest.Builder request =
          running
              .client
              .request("/v1/completions")
              .header("Content-Type", "application/json")
              .header("x-kedge-priority", priority)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"model\":\"testing\",\"prompt\":\"a\",\"max_tokens\":1}"));
      HttpResponse<String> response = running.client.send(request);
      boolean known = !priority.equals("7") && !priority.equals("urgent");
      assertThat(response.statusCode()).isEqualTo(known ? 200 : 400);
      assertThat(response.body().contains("x-kedge-priority")).isEqualTo(!known);
    }
  }

  @Test
  void aTimeoutThatIsNoneIsRefused() {
    for (String wrong : List.of("0", "-1", "NaN", "soon", "1e9")) {
      HttpRequest.Builder request =
          running
              .client
              .request("/v1/completions")
              .header("Content-Type", "application/json")
              .header("x-kedge-timeout", wrong)
              .POST(
                  HttpRequest.BodyPublishers.ofString("{\"model\":\"testing\",\"prompt\":\"a\"}"));
      HttpResponse<String> response = running.client.send(request);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("x-kedge-timeout");
    }
  }
}
