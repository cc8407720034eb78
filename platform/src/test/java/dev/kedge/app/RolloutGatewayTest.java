package dev.kedge.app;

import static dev.kedge.app.RunningGateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.backend.upstream.RecordedAnswers;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.rollout.Decision;
import dev.kedge.rollout.Phase;
import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutEvidence;
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
    assertThat(RolloutEvidence.check(record, InstallationKey.open(folder).verification()))
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
}
