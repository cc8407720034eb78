package dev.kedge.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.RolloutMetric;
import dev.kedge.config.RolloutSection;
import dev.kedge.rollout.Measures;
import dev.kedge.rollout.Phase;
import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutRecord;
import dev.kedge.rollout.RolloutSpec;
import dev.kedge.rollout.Rollouts;
import dev.kedge.store.Store;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts in the console. */
class RolloutPagesTest {
  @TempDir private Path folder;
  private RunningConsole console;
  private String page = "";

  @BeforeEach
  void start() throws IOException {
    console = new RunningConsole(folder);
    RolloutSection section =
        RolloutSection.of("<b>new</b>", List.of(RolloutMetric.valueOf("errors")), "5%", "5%");
    RolloutSpec spec = RolloutSpec.of("desk", section, "aa", "bb");
    try (Store store = console.store();
        Rollouts rollouts = Rollouts.start(store, folder, InstantSource.system(), _ -> true)) {
      rollouts.open(spec, Measures.of(section, folder));
    }
    page = "/console/rollouts/" + spec.id();
  }

  @AfterEach
  void stop() throws IOException {
    console.close();
  }

  private RolloutRecord record() {
    try (Store store = console.store()) {
      return new RolloutDesk(store, folder, InstantSource.system()).find("desk").orElseThrow();
    }
  }

  @Test
  void theListLeadsToFiguresDecisionsAndEvidence() {
    Surfer anybody = console.surfer();
    assertThat(anybody.get("/console/rollouts").body()).contains(page, "copies of 100 %");
    HttpResponse<String> shown = anybody.get(page);
    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(shown.body())
        .contains("&lt;b&gt;new", "undecided", "as configured")
        .doesNotContain("<b>new");
    assertThat(anybody.get(page + "/evidence/1").body()).contains("payloadType");
    assertThat(anybody.get(page + "/evidence/7").statusCode()).isEqualTo(404);
    assertThat(anybody.get("/console/rollouts/none").statusCode()).isEqualTo(404);
  }

  @Test
  void homeTellsWhichOnesGoOnAndWhichWaitForSomebody() {
    Surfer ann = console.surfer().named("Ann");
    assertThat(ann.get("/").body()).contains("1 rollout under way").doesNotContain(page);
    ann.post(page, page + "/decide", Map.of("action", "HOLD", "reason", "holidays"));
    assertThat(record().progress().waitsForPeople()).isTrue();
    assertThat(ann.get("/").body())
        .contains(page, "&lt;b&gt;new&lt;/b&gt; waits for the place of desk.", "wait for people");
  }

  @Test
  void anAdministratorDecidesWithNameAndReason() {
    Surfer ann = console.surfer().named("Ann");
    assertThat(ann.post(page, page + "/decide", Map.of("action", "ROLLBACK")).statusCode())
        .isEqualTo(400);
    assertThat(record().progress().phase()).isEqualTo(Phase.RUNNING);
    HttpResponse<String> done =
        ann.post(page, page + "/decide", Map.of("action", "ROLLBACK", "reason", "complaints"));
    assertThat(done.statusCode()).isEqualTo(303);
    assertThat(record().progress().phase()).isEqualTo(Phase.ROLLED_BACK);
    assertThat(record().events().getLast().person()).isEqualTo("Ann");
    assertThat(ann.get(page).body()).contains("Rolled back", "complaints", "Begin once more");
  }
}
