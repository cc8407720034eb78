package dev.kedge.app;

import static dev.kedge.app.RunningGateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.backend.upstream.RecordedAnswers;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.rollout.Phase;
import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutRecord;
import dev.kedge.store.Store;
import dev.kedge.usage.UsageRecord;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts of models that calls reach through tiers, and of models that are asked for vectors. */
class RolloutTiersTest {
  private static final String JSON_WANTED =
      "\"response_format\":{\"type\":\"json_object\"},\"max_tokens\":50";

  @TempDir private Path folder;
  private TestingUpstream current;
  private TestingUpstream candidate;
  private TestingUpstream large;

  @BeforeEach
  void start() throws IOException {
    current = new TestingUpstream().says(RecordedAnswers.saying("{\"from\": \"old\"}"));
    candidate = new TestingUpstream().says(RecordedAnswers.saying("{\"from\": \"new\"}"));
    large = new TestingUpstream().says(RecordedAnswers.saying("{\"from\": \"large\"}"));
  }

  @AfterEach
  void stop() throws IOException {
    current.close();
    candidate.close();
    large.close();
  }

  private String yaml(String tiers, String rollout) {
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
        + upstream.formatted("three", large.url(), "large")
        + "models:\n  - {name: auto, tiers: {"
        + tiers
        + "}}\n  - {name: old, upstreams: [[one]], rollout: {candidate: new, "
        + rollout
        + "}}\n";
  }

  private static final String SMALL_OLD =
      "small: old, large: large, rules: [{name: all, tier: small}]";
  private static final String LARGE_OLD =
      "small: large, large: old, rules: [{name: all, tier: large}]";

  private RolloutRecord record() {
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"))) {
      return new RolloutDesk(store, folder, InstantSource.system()).find("old").orElseThrow();
    }
  }

  private static String ask(int i) {
    return "{\"model\":\"auto\",\"user\":\"u"
        + i
        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
        + JSON_WANTED
        + "}";
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void callsThatATierSendsToTheModelTakePartAndFollowThePromotion() throws Exception {
    String rollout =
        "steps: [40%, 80%], margin: 40%, alpha: 20%, min_calls: 5, sticky: user, after: promote";
    List<UsageRecord> records;
    try (RunningGateway gateway = new RunningGateway(folder, yaml(LARGE_OLD, rollout))) {
      int asked = 0;
      while (record().progress().phase() != Phase.PROMOTED && asked < 2_000) {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", ask(asked++));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "x-kedge-tier")).isEqualTo("large; reason=rule name=all");
        assertThat(header(answer, "x-kedge-rollout")).startsWith("old-");
      }
      await(() ->
          header(gateway.post("/v1/chat/completions", ask(1)), "x-kedge-model").equals("new"));
      records = gateway.records(asked);
    }
    assertThat(records)
        .filteredOn(one -> one.serving().served().equals("new"))
        .isNotEmpty()
        .allMatch(one -> one.serving().tier().equals("large"))
        .allMatch(one -> one.serving().reason().startsWith("rule name=all; canary old-"));
  }

  @Test
  void aCandidateThatFailsBehindACascadeIsReplacedByItsModelAndNotByTheLargeOne() throws Exception {
    candidate.always(new TestingUpstream.Fault.Status(500, "", "{\"error\":{\"message\":\"no\"}}"));
    String rollout = "steps: [95%], sticky: user, metrics: [errors]";
    String tiers = SMALL_OLD.replace("rules", "cascade: true, rules");
    try (RunningGateway gateway = new RunningGateway(folder, yaml(tiers, rollout))) {
      for (int i = 0; record().progress().phase() == Phase.RUNNING && i < 2_000; i++) {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", ask(i));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "x-kedge-model")).isEqualTo("old");
      }
    }
    assertThat(record().progress().phase()).isEqualTo(Phase.ROLLED_BACK);
    assertThat(large.seen()).isEmpty();
  }

  @Test
  void whatACascadeDoesNotLetPassCountsForItsModelAndTheLargeModelAnswers() throws Exception {
    candidate.says(RecordedAnswers.saying("not JSON"));
    String rollout = "steps: [50%], sticky: user, metrics: [format]";
    String tiers = SMALL_OLD.replace("rules", "cascade: true, rules");
    try (RunningGateway gateway = new RunningGateway(folder, yaml(tiers, rollout))) {
      for (int i = 0; record().progress().phase() == Phase.RUNNING && i < 2_000; i++) {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", ask(i));
        assertThat(answer.statusCode()).isEqualTo(200);
        // The candidate's words reach nobody: what answers is the model itself, or the large one.
        assertThat(header(answer, "x-kedge-model")).isIn("old", "large");
        assertThat(answer.body()).doesNotContain("not JSON");
      }
    }
    assertThat(record().progress().phase()).isEqualTo(Phase.ROLLED_BACK);
    assertThat(record().events().getLast().reason()).contains("format");
    assertThat(large.seen()).isNotEmpty();
  }

  @Test
  void theLargeModelOfACascadeTakesPartWhereItIsAskedInTheEnd() throws Exception {
    large.says(RecordedAnswers.saying("not JSON"));
    String rollout = "steps: [95%], sticky: user, metrics: [errors], min_calls: 1000000";
    String tiers = "small: large, large: old, cascade: true, rules: [{name: all, tier: small}]";
    try (RunningGateway gateway = new RunningGateway(folder, yaml(tiers, rollout))) {
      for (int i = 0; i < 20; i++) gateway.post("/v1/chat/completions", ask(i));
      HttpResponse<String> answer = gateway.post("/v1/chat/completions", ask(1));
      assertThat(header(answer, "x-kedge-tier")).contains("small failed: ");
    }
    assertThat(candidate.seen()).isNotEmpty();
    assertThat(record().figures().getFirst().compared()).isPositive();
  }

  private static TestingUpstream.Fault.Body vectors(String... each) {
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < each.length; i++) {
      data.append(i == 0 ? "" : ",")
          .append("{\"object\":\"embedding\",\"index\":%d,\"embedding\":%s}".formatted(i, each[i]));
    }
    return new TestingUpstream.Fault.Body(
        "{\"object\":\"list\",\"model\":\"m\",\"data\":["
            + data
            + "],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}");
  }

  private void embed(RunningGateway gateway) {
    for (int i = 0; record().progress().phase() == Phase.RUNNING && i < 500; i++) {
      HttpResponse<String> answer =
          gateway.post("/v1/embeddings", "{\"model\":\"old\",\"input\":[\"a " + i + "\",\"b\"]}");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "x-kedge-model")).isEqualTo("old");
    }
  }

  @Test
  void aShadowComparesVectorsByTheirDirectionsAndNoCallerGetsTheCandidates() throws Exception {
    current.always(vectors("[1, 0, 0]", "[0.1, 0.2, 0.3]"));
    String rollout = "mode: shadow, metrics: [errors, agreement], margin: 20%, min_calls: 10";
    // Longer, but in the same directions; then one that points elsewhere.
    candidate.always(vectors("[2, 0.1, 0]", "[0.2, 0.4, 0.6]"));
    try (RunningGateway gateway =
        new RunningGateway(folder, yaml(SMALL_OLD, rollout + ", after: promote"))) {
      embed(gateway);
      await(() -> record().progress().phase() == Phase.PROMOTED);
      // Promoted or not: an index is made of one model's vectors.
      String body = "{\"model\":\"old\",\"input\":\"a\"}";
      assertThat(header(gateway.post("/v1/embeddings", body), "x-kedge-model")).isEqualTo("old");
    }
    candidate.always(vectors("[2, 0.1, 0]", "[0.3, 0.2, 0.1]"));
    try (RunningGateway gateway = new RunningGateway(folder, yaml(SMALL_OLD, rollout))) {
      embed(gateway);
      await(() -> record().progress().phase() == Phase.ROLLED_BACK);
    }
    assertThat(record().events().getLast().reason()).contains("agreement");
  }

  @Test
  void copiesOfPlainCompletionsAreNoErrorsOfTheCandidate() throws Exception {
    String rollout = "mode: shadow, metrics: [errors], margin: 20%, min_calls: 10";
    try (RunningGateway gateway = new RunningGateway(folder, yaml(SMALL_OLD, rollout))) {
      for (int i = 0; record().progress().phase() == Phase.RUNNING && i < 500; i++) {
        String body = "{\"model\":\"old\",\"prompt\":\"a\",\"max_tokens\":5}";
        assertThat(gateway.post("/v1/completions", body).statusCode()).isEqualTo(200);
      }
    }
    assertThat(record().progress().phase()).isEqualTo(Phase.WAITING);
  }

  @Test
  void aCanaryNeverAnswersWithVectors() throws Exception {
    current.always(vectors("[1, 0]"));
    candidate.always(vectors("[1, 0]"));
    String rollout = "steps: [95%], metrics: [errors], min_calls: 1000000";
    try (RunningGateway gateway = new RunningGateway(folder, yaml(SMALL_OLD, rollout))) {
      for (int i = 0; i < 20; i++) {
        String body = "{\"model\":\"old\",\"input\":\"a " + i + "\"}";
        HttpResponse<String> answer = gateway.post("/v1/embeddings", body);
        assertThat(header(answer, "x-kedge-model")).isEqualTo("old");
      }
    }
    assertThat(candidate.seen()).isEmpty();
    assertThat(record().figures()).allSatisfy(figure -> assertThat(figure.compared()).isZero());
  }
}
