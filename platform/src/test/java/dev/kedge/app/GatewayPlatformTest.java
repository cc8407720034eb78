package dev.kedge.app;

import static dev.kedge.app.RunningGateway.chatBody;
import static dev.kedge.app.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.access.KeyTerms;
import dev.kedge.backend.upstream.RecordedAnswers;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.base.CalendarPeriod;
import dev.kedge.config.BudgetLimit;
import dev.kedge.config.RateLimits;
import dev.kedge.config.Role;
import dev.kedge.usage.UsageRecord;
import dev.kedge.usage.UsageRecord.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of a call through a configured gateway, over real connections. */
class GatewayPlatformTest {
  private static final String PRICE = "price: {input: 1000, cached: 500, output: 2000}";

  @TempDir private Path folder;
  private TestingUpstream one;
  private TestingUpstream two;

  @BeforeEach
  void start() throws IOException {
    one = new TestingUpstream();
    two = new TestingUpstream();
  }

  @AfterEach
  void stop() throws IOException {
    one.close();
    two.close();
  }

  private String upstream(String name, TestingUpstream server, String model) {
    return """
      - name: %s
        url: %s
        health: {path: none}
        metrics: {path: none}
        timeouts: {first_token: 1s, between_tokens: 1s}
        models: [{name: %s, %s}]
    """
        .formatted(name, server.url(), model, PRICE)
        .indent(0);
  }

  private String single() {
    return "upstreams:\n" + upstream("one", one, "big");
  }

  @Test
  void aDataFolderThatCannotBeIsNamedWithTheRemedy() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken"), "a file");
    assertThatThrownBy(() -> new RunningGateway(folder, "data: taken\n" + single()))
        .hasMessageContaining("cannot write to the data folder " + taken + ": it is a file")
        .hasMessageContaining("set 'data'");
  }

  private String failover() {
    return "upstreams:\n"
        + upstream("one", one, "big")
        + upstream("two", two, "big")
        + "models: [{name: big, upstreams: [[one], [two]]}]\n";
  }

  @Test
  void aCallIsRelayedMeteredAndPriced() throws IOException {
    try (RunningGateway gateway = new RunningGateway(folder, single())) {
      HttpResponse<String> response =
          gateway.send(
              gateway
                  .request("/v1/chat/completions")
                  .header("x-kedge-tag-task", "letters")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          chatBody("big", "\"top_secret_sauce\":1"))));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("x-kedge-upstream")).hasValue("one");
      assertThat(one.last().json().path("top_secret_sauce").intValue()).isEqualTo(1);
      UsageRecord record = gateway.records(1).getFirst();
      assertThat(record.id()).isEqualTo(response.headers().firstValue("x-request-id").orElse(""));
      assertThat(record.task()).hasValue("letters");
      assertThat(record.outcome()).isEqualTo(Outcome.ANSWERED);
      assertThat(record.tokens().input()).isEqualTo(17);
      assertThat(record.tokens().cachedInput()).isEqualTo(5);
      /* 12 at 1,000, 5 at 500 and the output at 2,000 dollars per million tokens. */
      long nanos = 12_000_000L + 2_500_000 + 2_000_000 * record.tokens().output();
      assertThat(record.cost().nanos()).isEqualTo(nanos);
      assertThat(record.serving().upstream()).isEqualTo("one");
    }
  }

  @Test
  void withoutAKeyNothingIsTold() throws IOException {
    try (RunningGateway gateway =
        new RunningGateway(folder, single() + "access: {required: true}\n")) {
      HttpResponse<String> openAi = gateway.chat("big", "");
      assertThat(openAi.statusCode()).isEqualTo(401);
      assertThat(json(openAi).at("/error/code").stringValue()).isEqualTo("missing_api_key");
      assertThat(gateway.get("/v1/models").statusCode()).isEqualTo(401);
      HttpResponse<String> anthropic =
          gateway.post("/v1/messages", chatBody("big", "\"max_tokens\":5"));
      assertThat(anthropic.statusCode()).isEqualTo(401);
      assertThat(json(anthropic).at("/error/type").stringValue()).isEqualTo("authentication_error");
      gateway.sendKey("kdg_doesnotexist_0123456789012345678901234567890123456789");
      assertThat(gateway.chat("big", "").statusCode()).isEqualTo(401);
      assertThat(one.seen()).isEmpty();
      gateway.useKey("sales", KeyTerms.user());
      assertThat(gateway.chat("big", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aKeyCallsItsModelsOnly() throws IOException {
    try (RunningGateway gateway =
        RunningGateway.keyed(
            folder, single(), "sales", terms(List.of("small*"), RateLimits.NONE, List.of()))) {
      HttpResponse<String> response = gateway.chat("big", "");
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(json(response).at("/error/code").stringValue()).isEqualTo("model_not_allowed");
      assertThat(json(gateway.get("/v1/models")).path("data")).isEmpty();
    }
  }

  private static KeyTerms terms(List<String> models, RateLimits limits, List<BudgetLimit> budgets) {
    return new KeyTerms(Set.of(Role.USER), models, Set.of(), limits, budgets, Map.of());
  }

  @Test
  void aBudgetIsReservedInTheWorstCaseAndSettled() throws IOException {
    BudgetLimit cent = new BudgetLimit(CalendarPeriod.MONTH, new BigDecimal("0.40"), "");
    try (RunningGateway gateway =
        RunningGateway.keyed(
            folder, single(), "sales", terms(List.of(), RateLimits.NONE, List.of(cent)))) {
      HttpResponse<String> unbounded = gateway.chat("big", "");
      assertThat(unbounded.statusCode()).isEqualTo(400);
      assertThat(json(unbounded).at("/error/code").stringValue()).isEqualTo("max_tokens_required");
      HttpResponse<String> unknown = gateway.chat("big", "\"max_tokens\":10,\"prediction\":{}");
      assertThat(json(unknown).at("/error/code").stringValue()).isEqualTo("unbounded_cost");
      assertThat(gateway.chat("big", "\"max_tokens\":10").statusCode()).isEqualTo(200);
      /* 1,000 tokens at 2,000 dollars per million are 2 dollars. */
      HttpResponse<String> tooMuch = gateway.chat("big", "\"max_tokens\":1000");
      assertThat(tooMuch.statusCode()).isEqualTo(429);
      assertThat(json(tooMuch).at("/error/code").stringValue()).isEqualTo("budget_exceeded");
      assertThat(tooMuch.headers().firstValue("retry-after")).isPresent();
      int answered = 1;
      while (gateway.chat("big", "\"max_tokens\":10").statusCode() == 200) answered++;
      long spent =
          gateway.records(answered).stream().mapToLong(record -> record.cost().nanos()).sum();
      assertThat(spent).isBetween(200_000_000L, 400_000_000L);
      assertThat(one.seen()).hasSize(answered);
    }
  }

  @Test
  void ratesAreKeptAndSayWhen() throws IOException {
    RateLimits two = new RateLimits(Optional.of(2), Optional.empty(), Optional.empty());
    try (RunningGateway gateway =
        RunningGateway.keyed(folder, single(), "sales", terms(List.of(), two, List.of()))) {
      assertThat(gateway.chat("big", "").statusCode()).isEqualTo(200);
      assertThat(gateway.chat("big", "").statusCode()).isEqualTo(200);
      HttpResponse<String> third = gateway.chat("big", "");
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(third.headers().firstValue("retry-after").map(Integer::parseInt).orElse(0))
          .isBetween(1, 30);
      assertThat(json(third).at("/error/message").stringValue()).contains("2 requests");
    }
  }

  @Test
  void anUpstreamThatFailsBeforeItsFirstWordIsReplaced() throws IOException {
    one.always(new TestingUpstream.Fault.Status(500, "", "{\"error\":{\"message\":\"broken\"}}"));
    try (RunningGateway gateway = new RunningGateway(folder, failover())) {
      HttpResponse<String> response = gateway.chat("big", "\"stream\":true");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).endsWith("data: [DONE]\n\n");
      assertThat(response.headers().firstValue("x-kedge-upstream")).hasValue("two");
      assertThat(response.headers().firstValue("x-kedge-route").orElse(""))
          .isEqualTo("failover; attempts=2");
      assertThat(gateway.records(1)).hasSize(1);
    }
  }

  @Test
  void anUpstreamThatDiesInItsStreamIsToldAndMetered() throws IOException {
    one.always(new TestingUpstream.Fault.Die(2));
    try (RunningGateway gateway = new RunningGateway(folder, failover())) {
      HttpResponse<String> response = gateway.chat("big", "\"stream\":true");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains("\"error\":{").doesNotContain("[DONE]");
      assertThat(two.seen()).isEmpty();
      UsageRecord record = gateway.records(1).getFirst();
      assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
      assertThat(record.tokens().estimated()).isTrue();
    }
  }

  @Test
  void aClientThatLeavesIsMeteredOnceAndItsUpstreamIsLeft() throws Exception {
    one.says(RecordedAnswers.saying("one two three four five six seven eight nine ten"));
    one.always(new TestingUpstream.Fault.Slow(100));
    try (RunningGateway gateway = new RunningGateway(folder, single())) {
      HttpResponse<InputStream> response =
          gateway.send(
              gateway
                  .request("/v1/chat/completions")
                  .POST(HttpRequest.BodyPublishers.ofString(chatBody("big", "\"stream\":true"))),
              HttpResponse.BodyHandlers.ofInputStream());
      response.body().readNBytes(50);
      response.body().close();
      UsageRecord record = gateway.records(1).getFirst();
      assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_LEFT);
      assertThat(record.tokens().output()).isBetween(1L, 8L);
      RunningGateway.await(() -> one.brokenOff() == 1);
    }
  }

  @Test
  void aReloadDropsNoStream() throws Exception {
    one.says(RecordedAnswers.saying("one two three four five six seven eight nine ten"));
    one.always(new TestingUpstream.Fault.Slow(60));
    try (RunningGateway gateway = new RunningGateway(folder, single())) {
      HttpResponse<InputStream> response =
          gateway.send(
              gateway
                  .request("/v1/chat/completions")
                  .POST(HttpRequest.BodyPublishers.ofString(chatBody("big", "\"stream\":true"))),
              HttpResponse.BodyHandlers.ofInputStream());
      response.body().readNBytes(20);
      gateway.reload("upstreams:\n" + upstream("two", two, "big"));
      assertThat(gateway.chat("big", "").headers().firstValue("x-kedge-upstream")).hasValue("two");
      String rest = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(rest).contains("ten").endsWith("data: [DONE]\n\n");
    }
  }

  private String tiers(boolean cascade) {
    return "upstreams:\n"
        + upstream("one", one, "small")
        + upstream("two", two, "large")
        + """
        models:
          - name: auto
            tiers:
              small: small
              large: large
              cascade: %s
              rules: [{name: vip, tags: [vip=yes], tier: large}]
        """
            .formatted(cascade);
  }

  @Test
  void aVirtualModelTellsWhoAnswersAndWhy() throws IOException {
    try (RunningGateway gateway = new RunningGateway(folder, tiers(false))) {
      HttpResponse<String> response =
          gateway.send(
              gateway
                  .request("/v1/chat/completions")
                  .header("x-kedge-tag-vip", "yes")
                  .POST(HttpRequest.BodyPublishers.ofString(chatBody("auto", ""))));
      assertThat(response.headers().firstValue("x-kedge-tier"))
          .hasValue("large; reason=rule name=vip");
      assertThat(response.headers().firstValue("x-kedge-model")).hasValue("large");
      UsageRecord record = gateway.records(1).getFirst();
      assertThat(record.serving().asked()).isEqualTo("auto");
      assertThat(record.serving().served()).isEqualTo("large");
      assertThat(record.serving().tier()).isEqualTo("large");
    }
  }

  @Test
  void theTagsOfAKeyStandAboveWhatItsCallerSays() throws IOException {
    Map<String, String> tags = Map.of("vip", "yes", "task", "letters");
    KeyTerms terms =
        new KeyTerms(Set.of(Role.USER), List.of(), Set.of(), RateLimits.NONE, List.of(), tags);
    try (RunningGateway gateway = RunningGateway.keyed(folder, tiers(false), "sales", terms)) {
      HttpResponse<String> response =
          gateway.send(
              gateway
                  .request("/v1/chat/completions")
                  .header("x-kedge-tag-vip", "no")
                  .POST(HttpRequest.BodyPublishers.ofString(chatBody("auto", ""))));
      assertThat(response.headers().firstValue("x-kedge-tier"))
          .hasValue("large; reason=rule name=vip");
      assertThat(gateway.records(1).getFirst().task()).hasValue("letters");
    }
  }

  @Test
  void aCascadeAsksTheLargeModelWhereTheSmallOneFailsItsCheck() throws IOException {
    one.says(RecordedAnswers.saying("no JSON at all"));
    two.says(RecordedAnswers.saying("{\"ok\": true}"));
    String format = "\"response_format\":{\"type\":\"json_object\"},\"stream\":true";
    try (RunningGateway gateway = new RunningGateway(folder, tiers(true))) {
      HttpResponse<String> response = gateway.chat("auto", format);
      assertThat(response.body()).contains("ok").doesNotContain("no ").endsWith("data: [DONE]\n\n");
      assertThat(response.headers().firstValue("x-kedge-tier").orElse(""))
          .isEqualTo("small; reason=cascade; small failed: format");
      assertThat(gateway.records(2)).hasSize(2);
      one.says(RecordedAnswers.saying("{\"ok\": true}"));
      assertThat(gateway.chat("auto", format).headers().firstValue("x-kedge-model"))
          .hasValue("small");
      assertThat(two.seen()).hasSize(1);
    }
  }

  @Test
  void eitherDialectReachesEitherUpstream() throws IOException {
    String yaml =
        "upstreams:\n"
            + upstream("one", one, "openai")
            + upstream("two", two, "claude").replace("health:", "dialect: anthropic\n    health:");
    try (RunningGateway gateway = new RunningGateway(folder, yaml)) {
      HttpResponse<String> chat = gateway.chat("claude", "\"max_tokens\":20");
      assertThat(json(chat).at("/choices/0/message/content").stringValue())
          .startsWith("Hello there");
      assertThat(two.last().path()).endsWith("/v1/messages");
      HttpResponse<String> message =
          gateway.post("/v1/messages", chatBody("openai", "\"max_tokens\":20"));
      assertThat(json(message).at("/content/0/text").stringValue()).startsWith("Hello there");
      assertThat(one.last().path()).endsWith("/v1/chat/completions");
      HttpResponse<String> refused = gateway.chat("claude", "\"max_tokens\":20,\"n\":2");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(json(refused).at("/error/param").stringValue()).isEqualTo("n");
    }
  }

  private String claude() {
    return "upstreams:\n"
        + upstream("two", two, "claude").replace("health:", "dialect: anthropic\n    health:");
  }

  @Test
  void tokensOfAModelElsewhereAreCountedThere() throws IOException {
    two.then(new TestingUpstream.Fault.Body("{\"input_tokens\":4711}"));
    try (RunningGateway gateway = new RunningGateway(folder, single() + claude().substring(11))) {
      HttpResponse<String> count =
          gateway.send(
              gateway
                  .request("/v1/messages/count_tokens")
                  .header("anthropic-beta", "tools-2")
                  .POST(HttpRequest.BodyPublishers.ofString(chatBody("claude", ""))));
      assertThat(json(count).path("input_tokens").intValue()).isEqualTo(4711);
      assertThat(two.last().headers()).containsEntry("anthropic-beta", "tools-2");
      HttpResponse<String> unknown = gateway.post("/v1/messages/count_tokens", chatBody("big", ""));
      assertThat(unknown.statusCode()).isEqualTo(400);
      assertThat(unknown.body()).contains("not known here");
    }
  }

  @Test
  void whatChangesPricesIsRefusedToKeysWithABudget() throws IOException {
    BudgetLimit much = new BudgetLimit(CalendarPeriod.MONTH, new BigDecimal("100"), "");
    try (RunningGateway gateway =
        RunningGateway.keyed(
            folder, claude(), "sales", terms(List.of(), RateLimits.NONE, List.of(much)))) {
      for (String beta : List.of("tools-2, context-1m-2025-08-07", "fast-mode-2026-02-01")) {
        HttpResponse<String> dear = betaCall(gateway, beta, "");
        assertThat(dear.statusCode()).isEqualTo(400);
        assertThat(dear.body()).contains("anthropic-beta");
      }
      assertThat(betaCall(gateway, "tools-2", ",\"speed\":\"fast\"").statusCode()).isEqualTo(400);
      assertThat(two.seen()).isEmpty();
      assertThat(betaCall(gateway, "tools-2", "").statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> betaCall(RunningGateway gateway, String beta, String more) {
    return gateway.send(
        gateway
            .request("/v1/messages")
            .header("anthropic-beta", beta)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    chatBody("claude", "\"max_tokens\":9" + more))));
  }

  @Test
  void captureKeepsTheExchangeWithoutPersonalData() throws IOException {
    one.says(RecordedAnswers.saying("Write to anna@example.org please"));
    String yaml = single() + "capture: [{task: letters, models: [big]}]\n";
    try (RunningGateway gateway = new RunningGateway(folder, yaml)) {
      assertThat(gateway.chat("big", "").statusCode()).isEqualTo(200);
    }
    try (var files = Files.walk(folder.resolve("captures"))) {
      assertThat(files.filter(Files::isRegularFile)).isNotEmpty();
    }
    StringBuilder text = new StringBuilder();
    new dev.kedge.usage.capture.CaptureFolder(folder.resolve("captures"))
        .read("letters", line -> text.append(new String(line, StandardCharsets.UTF_8)));
    assertThat(text).contains("Hello", "Write to").doesNotContain("anna@example.org");
  }

  @Test
  void metricsTellTheCallAndNotItsWords() throws IOException {
    try (RunningGateway gateway = new RunningGateway(folder, single())) {
      gateway.chat("big", "");
      gateway.chat("nobody", "");
      String page = gateway.get("/metrics").body();
      assertThat(page)
          .contains("kedge_requests_total{model=\"big\",outcome=\"answered\"")
          .contains("reason=\"model_not_found\"")
          .contains("kedge_upstream_breaker_state{upstream=\"one\"} 0.0")
          .doesNotContain("Hello");
    }
  }
}
