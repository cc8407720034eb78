package dev.kedge.app;

import static dev.kedge.app.RunningGateway.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.access.KeyTerms;
import dev.kedge.backend.upstream.RecordedAnswers;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.base.KedgeException;
import dev.kedge.config.RateLimits;
import dev.kedge.config.Role;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.rollout.Decision;
import dev.kedge.rollout.Phase;
import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutEvidence;
import dev.kedge.rollout.RolloutRecord;
import dev.kedge.store.Store;
import dev.kedge.usage.UsageRecord;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shadow and canary through a configured gateway, over real connections. */
class RolloutGatewayTest {
  private static final String JSON_WANTED =
      "\"response_format\":{\"type\":\"json_object\"},\"max_tokens\":50";

  @TempDir private Path folder;
  private TestingUpstream current;
  private TestingUpstream candidate;

  @BeforeEach
  void start() throws IOException {
    current = new TestingUpstream().says(RecordedAnswers.saying("{\"ok\": true}"));
    candidate = new TestingUpstream().says(RecordedAnswers.saying("{\"ok\": true}"));
  }

  @AfterEach
  void stop() throws IOException {
    current.close();
    candidate.close();
  }

  private String yaml(String rollout) {
    String upstream =
        """
          - name: %s
            url: %s
            health: {path: none}
            metrics: {path: none}
            breaker: {failures: 1000000, failure_rate: 1}
            timeouts: {first_token: 1s, between_tokens: 1s}
            models: [{name: %s, price: {input: 1000, output: 2000}}]
        """;
    return "upstreams:\n"
        + upstream.formatted("one", current.url(), "old")
        + upstream.formatted("two", candidate.url(), "new")
        + "models: [{name: old, upstreams: [[one]], rollout: {candidate: new, "
        + rollout
        + "}}]\n";
  }

  private RolloutRecord record() {
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"))) {
      return new RolloutDesk(store, folder, InstantSource.system()).find("old").orElseThrow();
    }
  }

  private static String user(int i) {
    return "{\"model\":\"old\",\"user\":\"u"
        + i
        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
        + JSON_WANTED
        + "}";
  }

  private static String side(HttpResponse<String> response) {
    return response.headers().firstValue("x-kedge-model").orElse("");
  }

  @Test
  void aCandidateThatIsAsGoodGoesUpTheStepsAndIsPromotedWithSignedEvidence() throws Exception {
    String rollout =
        "steps: [40%, 80%], margin: 40%, alpha: 20%, min_calls: 5, sticky: user, after: promote";
    try (RunningGateway gateway = new RunningGateway(folder, yaml(rollout))) {
      int asked = 0;
      while (record().progress().phase() != Phase.PROMOTED && asked < 2_000) {
        assertThat(gateway.post("/v1/chat/completions", user(asked++)).statusCode()).isEqualTo(200);
      }
      await(() -> side(gateway.post("/v1/chat/completions", user(1))).equals("new"));
    }
    RolloutRecord record = record();
    assertThat(record.events())
        .extracting(event -> event.kind())
        .containsExactly(Decision.Kind.BEGAN, Decision.Kind.STEP, Decision.Kind.PROMOTED);
    assertThat(RolloutEvidence.check(record, List.of(InstallationKey.open(folder).verification())))
        .isEmpty();
  }

  @Test
  void aCandidateThatFailsIsRolledBackAndNobodyNoticed() throws Exception {
    candidate.always(new TestingUpstream.Fault.Status(500, "", "{\"error\":{\"message\":\"no\"}}"));
    try (RunningGateway gateway = new RunningGateway(folder, yaml("steps: [50%], sticky: user"))) {
      for (int i = 0; record().progress().phase() == Phase.RUNNING && i < 2_000; i++) {
        HttpResponse<String> response = gateway.post("/v1/chat/completions", user(i));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(side(response)).isEqualTo("old");
      }
      await(() -> {
        int before = candidate.seen().size();
        for (int i = 0; i < 20; i++) gateway.post("/v1/chat/completions", user(i));
        return candidate.seen().size() == before;
      });
    }
    assertThat(record().progress().phase()).isEqualTo(Phase.ROLLED_BACK);
    assertThat(record().events().getLast().reason()).contains("errors");
  }

  @Test
  void aShadowSeesEveryCallAndIsMeteredApart() throws Exception {
    candidate.says(RecordedAnswers.saying("not JSON"));
    String rollout = "mode: shadow, metrics: [errors, format, agreement], shadow: {queue: 1000}";
    List<UsageRecord> records;
    try (RunningGateway gateway = new RunningGateway(folder, yaml(rollout))) {
      for (int i = 0; record().progress().phase() == Phase.RUNNING && i < 2_000; i++) {
        HttpResponse<String> response = gateway.post("/v1/chat/completions", user(i));
        assertThat(side(response)).isEqualTo("old");
        assertThat(response.body()).contains("ok");
      }
      records = gateway.records(2);
    }
    assertThat(record().progress().phase()).isEqualTo(Phase.ROLLED_BACK);
    assertThat(record().events().getLast().reason()).contains("format");
    assertThat(records)
        .filteredOn(one -> one.serving().served().equals("new"))
        .isNotEmpty()
        .allMatch(one -> one.tenant().equals("kedge.shadow"))
        .allMatch(one -> one.serving().tier().equals("shadow"));
  }

  private static String big(HttpResponse<String> response) {
    return response.headers().firstValue("x-kedge-rollout").orElse("");
  }

  /** Calls that are answered whatever the candidate does with its copies. */
  private void callersAreWell(RunningGateway gateway) {
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> whole = gateway.post("/v1/chat/completions", user(i));
      assertThat(whole.statusCode()).isEqualTo(200);
      assertThat(whole.body()).contains("ok");
      HttpResponse<String> streamed =
          gateway.post(
              "/v1/chat/completions",
              user(i).replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\""));
      assertThat(streamed.body()).endsWith("data: [DONE]\n\n");
      assertThat(big(streamed)).isEmpty();
    }
  }

  @Test
  void aShadowThatHangsErrsOrTalksNonsenseNeverHurtsACaller() throws Exception {
    List<TestingUpstream.Fault> faults =
        List.of(
            new TestingUpstream.Fault.Stall(0),
            new TestingUpstream.Fault.Silent(),
            new TestingUpstream.Fault.Status(503, "retry-after: 1\r\n", "{}"),
            new TestingUpstream.Fault.Raw("HTTP/1.1 200 OK\r\n\r\n\u0000garbage".getBytes(UTF_8)),
            new TestingUpstream.Fault.Body("[1,2,\u0007"));
    String rollout = "mode: shadow, shadow: {queue: 2, concurrency: 1, timeout: 2s}";
    for (TestingUpstream.Fault fault : faults) {
      candidate.always(fault);
      try (RunningGateway gateway = new RunningGateway(folder, yaml(rollout))) {
        callersAreWell(gateway);
        assertThat(gateway.get("/metrics").body())
            .contains("kedge_rollout_share{candidate=\"new\",model=\"old\"} 0.0");
      }
    }
  }

  @Test
  void copiesThatFindNoRoomAreDroppedAndCounted() throws Exception {
    candidate.stopReading();
    String rollout = "mode: shadow, shadow: {queue: 1, concurrency: 1, timeout: 30s}";
    try (RunningGateway gateway = new RunningGateway(folder, yaml(rollout))) {
      for (int i = 0; i < 8; i++) gateway.post("/v1/chat/completions", user(i));
      await(() ->
          gateway
              .get("/metrics")
              .body()
              .matches("(?s).*kedge_rollout_dropped\\{[^}]*} ([5-9]|[1-9][0-9])\\.0.*"));
      // Closing does not wait for the copy that hangs, which nobody would ever answer.
    }
  }

  @Test
  void copiesArePaidFromABudgetOfTheirOwn() throws Exception {
    // A copy is bounded by about 0.2 dollars: the first one fits, the second no more.
    String rollout =
        "mode: shadow, metrics: [errors], min_calls: 1000000,"
            + " shadow: {budgets: [{per: month, dollars: 0.3}]}";
    try (RunningGateway gateway = new RunningGateway(folder, yaml(rollout))) {
      for (int i = 0; i < 20; i++) {
        assertThat(gateway.post("/v1/chat/completions", user(i)).statusCode()).isEqualTo(200);
      }
      await(() ->
          !gateway
              .get("/metrics")
              .body()
              .contains("kedge_rollout_dropped{candidate=\"new\",model=\"old\"} 0.0"));
      assertThat(candidate.seen().size()).isBetween(1, 19);
    }
  }

  @Test
  void dataStaysWhereItMayBe() throws Exception {
    KeyTerms bound =
        new KeyTerms(
            Set.of(Role.USER), List.of("old"), Set.of(), RateLimits.NONE, List.of(), Map.of());
    String rollout = "mode: both, steps: [95%], except_tags: [class=secret]";
    try (RunningGateway gateway = RunningGateway.keyed(folder, yaml(rollout), "sales", bound)) {
      for (int i = 0; i < 20; i++) gateway.post("/v1/chat/completions", user(i));
      gateway.useKey("sales", KeyTerms.user());
      for (int i = 0; i < 20; i++) {
        gateway.send(
            gateway
                .request("/v1/chat/completions")
                .header("x-kedge-tag-class", "secret")
                .POST(HttpRequest.BodyPublishers.ofString(user(i))));
      }
      assertThat(candidate.seen()).isEmpty();
      gateway.post("/v1/chat/completions", user(1));
      await(() -> candidate.seen().size() == 1);
    }
  }

  @Test
  void aConversationStaysOnItsSideAndTheShareIsAsDeclared() throws Exception {
    String rollout = "steps: [30%], metrics: [errors], min_calls: 1000000";
    try (RunningGateway gateway = new RunningGateway(folder, yaml(rollout))) {
      int candidates = 0;
      for (int i = 0; i < 300; i++) {
        String first = "{\"role\":\"user\",\"content\":\"question " + i + "\"}";
        String more =
            first
                + ",{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}";
        String side = side(gateway.post("/v1/chat/completions", talk(first)));
        assertThat(side(gateway.post("/v1/chat/completions", talk(more)))).isEqualTo(side);
        if (side.equals("new")) candidates++;
      }
      // 90 expected; three standard deviations are 24.
      assertThat(candidates).isBetween(66, 114);
    }
  }

  private static String talk(String messages) {
    return "{\"model\":\"old\",\"messages\":[" + messages + "]}";
  }

  @Test
  void anAnswerOfTheCandidateIsRecordedAsSuchAndAFailedTryApart() throws Exception {
    candidate.always(new TestingUpstream.Fault.Stall(0));
    List<UsageRecord> records;
    try (RunningGateway gateway =
        new RunningGateway(folder, yaml("steps: [95%], metrics: [errors]"))) {
      String body = user(7).replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"");
      HttpResponse<String> first = gateway.post("/v1/chat/completions", body);
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(side(first)).isEqualTo("old");
      assertThat(big(first)).contains("arm=current; candidate failed: ");
      candidate.always(new TestingUpstream.Fault.None());
      HttpResponse<String> second = gateway.post("/v1/chat/completions", body);
      assertThat(side(second)).isEqualTo("new");
      assertThat(big(second)).endsWith("; arm=candidate");
      records = gateway.records(3);
      assertThat(records)
          .extracting(UsageRecord::id)
          .contains(
              first.headers().firstValue("x-request-id").orElse(""),
              first.headers().firstValue("x-request-id").orElse("") + "/candidate",
              second.headers().firstValue("x-request-id").orElse(""));
    }
  }

  @Test
  void aWrongRolloutIsRefusedWithItsPlaceAndARunningGatewayStaysAsItWas() throws Exception {
    try (RunningGateway gateway = new RunningGateway(folder, yaml("steps: [5%]"))) {
      for (String wrong :
          List.of(
              "steps: [50%, 20%]",
              "metrics: [speed]",
              "metrics: [latency]",
              "margin: 200%",
              "mode: canary, metrics: [agreement]",
              "metrics: [{measure: schema, schema: none.json}]")) {
        assertThatThrownBy(() -> gateway.reload(yaml(wrong)))
            .as(wrong)
            .isInstanceOf(KedgeException.class);
      }
      assertThatThrownBy(() -> gateway.reload(yaml("stepps: [5%]")))
          .hasMessageContaining("kedge.yaml:")
          .hasMessageContaining("did you mean 'steps'");
      assertThatThrownBy(() -> gateway.reload(yaml("").replace("candidate: new", "candidate: nwe")))
          .isInstanceOf(KedgeException.class);
      assertThat(gateway.post("/v1/chat/completions", user(1)).statusCode()).isEqualTo(200);
      gateway.reload(yaml("").replaceAll(", rollout: .*", "}]\n"));
      assertThat(big(gateway.post("/v1/chat/completions", user(1)))).isEmpty();
    }
  }

  @Test
  void aKilledGatewayGoesOnWhereItWasAndDecidesOnce() throws Exception {
    Path config = folder.resolve("kedge.yaml");
    Files.writeString(
        config,
        "server: {port: 0}\n"
            + yaml(
                "steps: [50%], margin: 20%, alpha: 20%, min_calls: 40, sticky: user, after:"
                    + " promote"));
    int asked = 0;
    long before = 0;
    int kills = 0;
    while (record(config) == null || record().progress().phase() == Phase.RUNNING) {
      try (RolloutProcess process = RolloutProcess.start(config, folder)) {
        for (int i = 0; i < 60; i++) {
          assertThat(process.post(user(asked++))).isEqualTo(200);
        }
        Thread.sleep(700);
        process.kill();
      }
      long now = record().figures().isEmpty() ? 0 : record().figures().getFirst().compared();
      if (record().progress().phase() == Phase.RUNNING) {
        assertThat(now).as("compared after a kill").isGreaterThan(before);
      }
      before = now;
      assertThat(++kills).isLessThan(20);
    }
    assertThat(kills).isGreaterThan(1);
    assertThat(record().events())
        .extracting(event -> event.kind())
        .containsExactly(Decision.Kind.BEGAN, Decision.Kind.PROMOTED);
    assertThat(
            RolloutEvidence.check(record(), List.of(InstallationKey.open(folder).verification())))
        .isEmpty();
  }

  private @Nullable RolloutRecord record(Path config) {
    return Files.exists(config.resolveSibling("kedge.db")) ? record() : null;
  }
}
