package dev.kedge.http;

import static dev.kedge.http.Client.events;
import static dev.kedge.http.Client.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.observe.Warns;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OpenAiRoutesTest {
  private static RunningServer running;

  @BeforeAll
  static void start() {
    running = new RunningServer(8);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  private static HttpResponse<String> chat(String script, String more) {
    return running.client.post(
        "/v1/chat/completions",
        "{\"model\":\"testing\",\"messages\":[{\"role\":\"user\",\"content\":\""
            + script
            + "\"}]"
            + more
            + "}");
  }

  private static HttpResponse<String> complete(String prompt, String more) {
    return running.client.post(
        "/v1/completions", "{\"model\":\"testing\",\"prompt\":" + prompt + more + "}");
  }

  @Test
  void smallWritesAreSentAtOnce() {
    assertThat(running.server.sendsAtOnce()).isTrue();
  }

  @Test
  void aChatIsAnsweredInOnePiece() {
    HttpResponse<String> response = chat("say Hello|, |world", ",\"seed\":42");
    JsonNode body = json(response);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("x-kedge-seed")).contains("42");
    assertThat(body.at("/object").stringValue()).isEqualTo("chat.completion");
    assertThat(body.at("/id").stringValue()).startsWith("chatcmpl-");
    assertThat(body.at("/created").longValue()).isEqualTo(1_700_000_000);
    assertThat(body.at("/choices/0/message/role").stringValue()).isEqualTo("assistant");
    assertThat(body.at("/choices/0/message/content").stringValue()).isEqualTo("Hello, world");
    assertThat(body.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    assertThat(body.at("/choices/0/logprobs").isNull()).isTrue();
    assertThat(body.at("/usage").toString())
        .isEqualTo(
            "{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":3},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":0}}");
  }

  @Test
  void aStreamNamesTheRoleThenSendsEachPieceThenEnds() {
    HttpResponse<String> response = chat("say Hello|, |world", ",\"stream\":true");
    assertThat(response.headers().firstValue("content-type"))
        .contains("text/event-stream; charset=utf-8");
    assertThat(response.body()).endsWith("\n\ndata: [DONE]\n\n");
    List<JsonNode> events = events(response.body());
    assertThat(events).hasSize(5);
    assertThat(events.get(0).at("/choices/0/delta").toString())
        .isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
    assertThat(events.subList(1, 4))
        .extracting(event -> event.at("/choices/0/delta/content").stringValue())
        .containsExactly("Hello", ", ", "world");
    assertThat(events.get(4).at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    assertThat(events).noneMatch(event -> event.has("usage"));
  }

  @Test
  void aStreamEndsWithTokenCountsWhereTheyAreAskedFor() {
    HttpResponse<String> response =
        chat("say a|b", ",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"n\":2");
    List<JsonNode> events = events(response.body());
    assertThat(events.getLast().at("/choices").size()).isZero();
    assertThat(events.getLast().at("/usage/completion_tokens").intValue()).isEqualTo(4);
    assertThat(events.getLast().at("/usage/prompt_tokens").intValue()).isEqualTo(7);
    assertThat(events.subList(0, events.size() - 1)).allMatch(event -> event.get("usage").isNull());
  }

  @Test
  void severalChoicesStreamSideBySide() {
    HttpResponse<String> response = chat("say a|b|c", ",\"stream\":true,\"n\":3");
    for (int choice = 0; choice < 3; choice++) {
      int index = choice;
      String text =
          events(response.body()).stream()
              .map(event -> event.at("/choices/0"))
              .filter(one -> one.get("index").intValue() == index)
              .map(one -> one.at("/delta/content").asString(""))
              .reduce("", String::concat);
      assertThat(text).isEqualTo("abc");
    }
  }

  @Test
  void anyTextArrivesAsItWasWritten() {
    String text = "\\\"\\u0000\\u001f\\\\ \\n\\t äöü € 漢字 👩‍👩‍👧 \\u2028 </script>";
    String expected = Client.JSON.readTree("\"" + text + "\"").stringValue();
    HttpResponse<String> streamed = chat("say " + text + "|x", ",\"stream\":true");
    assertThat(events(streamed.body()).get(1).at("/choices/0/delta/content").stringValue())
        .isEqualTo(expected);
    assertThat(json(chat("say " + text, "")).at("/choices/0/message/content").stringValue())
        .isEqualTo(expected);
  }

  @Test
  void logprobsComeInTheChatFormat() {
    JsonNode entry =
        json(chat("say é", ",\"logprobs\":true,\"top_logprobs\":2"))
            .at("/choices/0/logprobs/content/0");
    assertThat(entry.toString())
        .isEqualTo(
            "{\"token\":\"é\",\"logprob\":-0.5,\"bytes\":[195,169],\"top_logprobs\":["
                + "{\"token\":\"é\",\"logprob\":-0.5,\"bytes\":[195,169]},"
                + "{\"token\":\"other\",\"logprob\":-9999.0,\"bytes\":[1,255]}]}");
    JsonNode streamed =
        events(chat("say é", ",\"logprobs\":true,\"top_logprobs\":2,\"stream\":true").body())
            .get(1);
    assertThat(streamed.at("/choices/0/logprobs/content/0")).isEqualTo(entry);
  }

  @Test
  void logprobsComeInTheOlderFormat() {
    JsonNode choice = json(complete("\"say ab|c\"", ",\"logprobs\":1")).at("/choices/0");
    assertThat(choice.get("text").stringValue()).isEqualTo("abc");
    assertThat(choice.get("logprobs").toString())
        .isEqualTo(
            "{\"tokens\":[\"ab\",\"c\"],\"token_logprobs\":[-0.5,-0.5],"
                + "\"top_logprobs\":[{\"ab\":-0.5},{\"c\":-0.5}],\"text_offset\":[0,2]}");
    List<JsonNode> events =
        events(complete("\"say ab|c\"", ",\"logprobs\":1,\"stream\":true").body());
    assertThat(events.get(1).at("/choices/0/logprobs/text_offset/0").intValue()).isEqualTo(2);
  }

  @Test
  void promptsAreTextsTokensOrListsOfThem() {
    assertThat(json(complete("\"say a\"", "")).at("/choices/0/text").stringValue()).isEqualTo("a");
    assertThat(json(complete("[5,6,7]", "")).at("/choices/0/text").stringValue())
        .isEqualTo("3 tokens");
    JsonNode many = json(complete("[\"say a\",[1,2]]", ",\"n\":2"));
    assertThat(many.at("/choices"))
        .extracting(choice -> choice.get("text").stringValue())
        .containsExactly("a", "a", "2 tokens", "2 tokens");
    assertThat(many.at("/usage/prompt_tokens").intValue()).isEqualTo(14);
  }

  @Test
  void modelsAreListed() {
    assertThat(json(running.client.get("/v1/models")).toString())
        .isEqualTo(
            "{\"object\":\"list\",\"data\":[{\"id\":\"testing\",\"object\":\"model\","
                + "\"created\":1700000000,\"owned_by\":\"kedge\"}]}");
    assertThat(json(running.client.get("/v1/models/testing")).at("/id").stringValue())
        .isEqualTo("testing");
  }

  @Test
  void healthIsLiveAndReady() {
    assertThat(running.client.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(running.client.get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void aModelThatIsNotServedIsNotFound() {
    HttpResponse<String> response =
        running.client.post(
            "/v1/chat/completions",
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(json(response).at("/error").toString())
        .isEqualTo(
            "{\"message\":\"the model 'gpt-4o' is not served here; served: testing\","
                + "\"type\":\"invalid_request_error\",\"param\":\"model\","
                + "\"code\":\"model_not_found\"}");
    assertThat(running.client.get("/v1/models/gpt-4o").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/chat/completions, 405, method_not_allowed",
    "PUT, /v1/completions, 405, method_not_allowed",
    "DELETE, /v1/models/testing, 405, method_not_allowed",
    "GET, /nothing, 404, not_found",
    "GET, /v1/embeddings, 405, method_not_allowed",
    "POST, /v1/nothing, 404, not_found"
  })
  void wrongPathsAndMethodsAreToldInTheFormatOfTheApi(
      String method, String path, int status, String code) {
    HttpResponse<String> response =
        running.client.send(
            running.client.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(json(response).at("/error/code").stringValue()).isEqualTo(code);
    assertThat(response.headers().firstValue("allow").isPresent()).isEqualTo(status == 405);
  }

  @Test
  void aBodyThatIsNotJsonNamesThePlace() {
    HttpResponse<String> response = running.client.post("/v1/completions", "{\"model\":\n nope}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/error/message").stringValue()).contains("line 2");
  }

  @Test
  void otherContentTypesAreRefused() {
    HttpResponse<String> response =
        running.client.send(
            running
                .client
                .request("/v1/completions")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    assertThat(response.statusCode()).isEqualTo(415);
  }

  @Test
  @Warns("the model failed: as the script says")
  void aFailureBeforeTheFirstPieceHasAStatus() {
    for (String more : List.of("", ",\"stream\":true", ",\"stream\":true,\"n\":2")) {
      HttpResponse<String> failed = chat("say fail", more);
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(json(failed).at("/error/code").stringValue()).isEqualTo("engine_failed");
    }
  }

  @Test
  void aFailureWithinAStreamIsAnEvent() {
    HttpResponse<String> response = chat("say a|b|fail", ",\"stream\":true");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).doesNotContain("[DONE]");
    assertThat(events(response.body()).getLast().at("/error/message").stringValue())
        .isEqualTo("the model failed: as the script says");
  }

  @Test
  void anAnswerThatFailsWithinAStreamEndsTheOthersAtOnce() {
    HttpResponse<String> response = complete("[\"hang\",\"say a|fail\"]", ",\"stream\":true");
    assertThat(response.body()).doesNotContain("[DONE]");
    assertThat(events(response.body()).getLast().at("/error/code").stringValue())
        .isEqualTo("engine_failed");
  }

  @Test
  void afterEveryAnswerNoPlaceIsTaken() throws Exception {
    chat("say a|b", "");
    chat("say a|fail", ",\"stream\":true");
    Client.await(() -> running.backend.taken() == 0);
  }
}
