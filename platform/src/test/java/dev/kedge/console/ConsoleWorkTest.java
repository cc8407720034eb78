package dev.kedge.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.evidence.Envelope;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.evidence.VerificationKey;
import dev.kedge.gate.EvidenceCheck;
import dev.kedge.label.Finished;
import dev.kedge.label.ItemStatus;
import dev.kedge.label.LabelEvent;
import dev.kedge.label.Labelling;
import dev.kedge.store.Store;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What people do in the console: label blindly, decide, sign. */
class ConsoleWorkTest {
  @TempDir private Path folder;
  private RunningConsole console;

  @BeforeEach
  void start() throws IOException {
    console = new RunningConsole(folder);
  }

  @AfterEach
  void stop() throws IOException {
    console.close();
  }

  private <T> T labelling(Function<Labelling, T> work) {
    try (Store store = console.store()) {
      return work.apply(new Labelling(store, InstantSource.system()));
    }
  }

  private ItemStatus status(String project, String id) {
    return labelling(l -> l.view(project, id, "Anna").status());
  }

  private List<LabelEvent> history(String id) {
    return labelling(l -> l.history("returns", Optional.of(id)));
  }

  private Optional<JsonNode> own(String project, String id) {
    return labelling(l -> l.view(project, id, "Anna").own());
  }

  private static String item(String project, String id, String action) {
    return "/console/labelling/" + project + "/items/" + id + action;
  }

  private static HttpResponse<String> answer(
      Surfer who, String project, String id, Map<String, String> fields) {
    return who.post(item(project, id, ""), item(project, id, "/answer"), fields);
  }

  @Test
  void twoPeopleLabelBlindlyAndSeeEachOtherOnlyAfterwards() {
    console.projects();
    Surfer anna = console.surfer().named("Anna");
    Surfer ben = console.surfer().named("Ben");

    assertThat(anna.get("/console/labelling/returns/label").body()).contains("Item 1");
    HttpResponse<String> saved = answer(anna, "returns", "e1", Map.of("label", "return"));
    assertThat(saved.headers().firstValue("Location"))
        .hasValue("/console/labelling/returns/label?done=e1&item=1");
    assertThat(anna.get("/console/labelling/returns/label?done=e1&item=1").body())
        .contains("Item 2", "Saved item 1.");

    String before = ben.get(item("returns", "e1", "")).body();
    assertThat(before).doesNotContain("Anna").doesNotContain("suggested-1");
    assertThat(ben.get(item("returns", "e1", "")).body()).doesNotContain("/reveal");
    answer(ben, "returns", "e1", Map.of("label", "complaint"));
    assertThat(ben.get(item("returns", "e1", "")).body())
        .contains("/reveal")
        .doesNotContain("suggested-1");
    ben.post(item("returns", "e1", ""), item("returns", "e1", "/reveal"), Map.of());
    assertThat(ben.get(item("returns", "e1", "")).body())
        .contains("suggested-1", "Anna", "differs");
    assertThat(status("returns", "e1")).isEqualTo(ItemStatus.DISPUTED);
  }

  @Test
  void othersStayHiddenFromWhoAsksBeforeAnswering() {
    console.projects();
    Surfer anna = console.surfer().named("Anna");
    HttpResponse<String> refused =
        anna.post(item("returns", "e1", ""), item("returns", "e1", "/reveal"), Map.of());

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).doesNotContain("suggested-1");
  }

  @Test
  void aSkipKeepsItsReasonAndACommentItsWriter() {
    console.projects();
    Surfer anna = console.surfer().named("Anna");
    anna.post(item("returns", "e1", ""), item("returns", "e1", "/skip"), Map.of("reason", "torn"));
    anna.post(item("returns", "e2", ""), item("returns", "e2", "/comment"), Map.of("text", "odd"));

    assertThat(history("e1"))
        .anyMatch(event ->
            event.kind() == LabelEvent.Kind.SKIPPED
                && event.reason().equals(Optional.of("torn"))
                && event.person().equals("Anna"));
    assertThat(history("e2")).anyMatch(event -> event.kind() == LabelEvent.Kind.COMMENTED);
    assertThat(
            anna.post(
                    item("returns", "e3", ""),
                    item("returns", "e3", "/skip"),
                    Map.of("reason", " "))
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void aLabelThatDoesNotFitComesBackWithWhatWasTyped() {
    console.projects();
    Surfer anna = console.surfer().named("Anna");
    Map<String, String> fields =
        Map.of(
            "v/find",
            "orders",
            "rows:v/lines",
            "1",
            "v/lines/0/name",
            "kettle",
            "v/lines/0/pieces",
            "two");
    HttpResponse<String> refused = answer(anna, "order-lines", "e1", fields);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("role=\"alert\"", "value=\"kettle\"", "value=\"two\"");
    assertThat(own("order-lines", "e1")).isEmpty();
  }

  @Test
  void jsonIsFilledInFieldByFieldWithRowsThatComeAndGo() {
    console.projects();
    Surfer anna = console.surfer().named("Anna");
    HttpResponse<String> grown =
        answer(anna, "order-lines", "e1", Map.of("v/find", "orders", "add", "v/lines"));
    assertThat(grown.body()).contains("id=\"v/lines/0/name\"", "selected=\"\">orders");

    Map<String, String> cut =
        Map.of(
            "rows:v/lines",
            "2",
            "v/lines/0/name",
            "first",
            "v/lines/1/name",
            "second",
            "cut",
            "v/lines/0");
    assertThat(answer(anna, "order-lines", "e1", cut).body())
        .contains("value=\"second\"")
        .doesNotContain("value=\"first\"");

    answer(
        anna,
        "order-lines",
        "e1",
        Map.of(
            "v/find",
            "orders",
            "v/urgent",
            "true",
            "rows:v/lines",
            "1",
            "v/lines/0/name",
            "kettle",
            "v/lines/0/pieces",
            "2"));
    assertThat(own("order-lines", "e1"))
        .hasValue(
            RunningConsole.JSON.readTree(
                "{\"find\":\"orders\",\"urgent\":true,\"lines\":[{\"name\":\"kettle\",\"pieces\":2}]}"));
  }

  @Test
  void jsonMayBeWrittenAsTextToo() {
    console.projects();
    Surfer anna = console.surfer().named("Anna");
    HttpResponse<String> text =
        answer(anna, "order-lines", "e1", Map.of("v/find", "orders", "change", "text"));
    assertThat(text.body()).contains("name=\"as-text\"", "&quot;find&quot;");

    assertThat(
            answer(anna, "order-lines", "e1", Map.of("as-text", "on", "label", "{")).statusCode())
        .isEqualTo(400);
    answer(
        anna,
        "order-lines",
        "e1",
        Map.of("as-text", "on", "label", "{\"find\":\"orders\",\"lines\":[]}"));
    assertThat(own("order-lines", "e1")).isPresent();
  }

  @Test
  void whatWasSavedStandsInTheFormAgain() {
    console.projects();
    Surfer anna = console.surfer().named("Anna");
    String sql = "SELECT *\nFROM orders -- " + "<b>";
    answer(anna, "queries", "e1", Map.of("label", sql));

    assertThat(anna.get(item("queries", "e1", "")).body())
        .contains(">\nSELECT *\nFROM orders -- &lt;b&gt;</textarea>");
    assertThat(answer(anna, "queries", "e2", Map.of("label", "DROP TABLE orders")).statusCode())
        .isEqualTo(400);
  }

  @Test
  void disagreementsAreDecidedWithAReason() {
    console.disputes();
    Surfer carla = console.surfer().named("Carla");
    String page = "/console/labelling/disputed/decide/e1";
    assertThat(carla.get(page).body()).contains("Ben", "Cleo", "suggested-", "It says back");

    assertThat(carla.post(page, page, Map.of("take", "label1")).statusCode()).isEqualTo(400);
    HttpResponse<String> decided =
        carla.post(page, page, Map.of("take", "label1", "reason", "goods come back"));
    assertThat(decided.headers().firstValue("Location"))
        .hasValue("/console/labelling/disputed/decide/e3?done=e1");
    List<Finished> finished = labelling(l -> l.finished("disputed"));
    assertThat(finished)
        .anyMatch(
            one -> one.id().equals("e1") && one.label().path("find").asString().equals("returns"));
    carla.post(
        "/console/labelling/disputed/decide/e3",
        "/console/labelling/disputed/decide/e3",
        Map.of("take", "drop", "reason", "unclear"));
    Map<ItemStatus, Integer> counts = labelling(l -> l.counts("disputed"));
    assertThat(counts).containsEntry(ItemStatus.DROPPED, 1);
  }

  @Test
  void whoLooksAtADisputeIsNotAskedToLabelIt() {
    console.projects();
    Surfer anna = console.surfer().named("Anna");
    answer(anna, "returns", "e1", Map.of("label", "return"));
    Surfer dora = console.surfer().named("Dora");
    dora.get("/console/labelling/returns/decide/e1");

    assertThat(dora.get("/console/labelling/returns/label").body()).contains("Item 2");
  }

  @Test
  void aGateNeedsTwoPeopleAndThenGivesEvidenceThatHolds() throws IOException {
    console.proof();
    Surfer anna = console.surfer().named("Anna");
    String gate = "/console/gates/gate-1";
    Map<String, String> yes =
        Map.of("decision", "approve", "role", "approver", "reason", "read it");
    assertThat(anna.get(gate + "/evidence").statusCode()).isEqualTo(404);
    assertThat(
            anna.post(gate, gate + "/sign", Map.of("decision", "approve", "role", "approver"))
                .statusCode())
        .as("no reason")
        .isEqualTo(400);

    assertThat(anna.post(gate, gate + "/sign", yes).statusCode()).isEqualTo(303);
    assertThat(anna.get(gate).body()).contains("awaiting second");
    assertThat(anna.post(gate, gate + "/sign", yes).statusCode()).as("again").isEqualTo(403);
    Surfer other = console.surfer().named("ANNA");
    assertThat(other.post(gate, gate + "/sign", yes).statusCode()).as("same name").isEqualTo(403);
    Surfer carla = console.surfer().named("carla");
    assertThat(carla.post(gate, gate + "/sign", yes).statusCode())
        .as("asked for it")
        .isEqualTo(403);
    assertThat(console.surfer().named("Ben").post(gate, gate + "/sign", yes).statusCode())
        .isEqualTo(303);

    String bundle = anna.get(gate + "/evidence").body();
    VerificationKey key = VerificationKey.read(InstallationKey.publicFile(folder));
    EvidenceCheck check = EvidenceCheck.of(Envelope.parse(bundle, "bundle"), key, Optional.empty());
    assertThat(check.checks()).allMatch(EvidenceCheck.Check::good);
    assertThat(bundle).isNotEmpty();
    assertThat(anna.get("/console/evidence").body()).contains("gate-1", "Anna, Ben");
    assertThat(anna.get("/console/evidence/key").body()).contains("PUBLIC KEY");
    HttpResponse<String> report = anna.get(gate + "/report");
    assertThat(report.body()).contains("order-desk-new.gguf").doesNotContain("<script");
    assertThat(report.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "style-src 'sha256-", "sandbox");
  }

  @Test
  void aGateThatFailedCanOnlyBeRejected() throws IOException {
    console.proof();
    Surfer anna = console.surfer().named("Anna");
    String gate = "/console/gates/gate-2";
    assertThat(anna.get(gate).body()).contains("can only be rejected");

    Map<String, String> yes = Map.of("decision", "approve", "role", "approver", "reason", "hm");
    assertThat(anna.post(gate, gate + "/sign", yes).statusCode()).isEqualTo(403);
    Map<String, String> no = Map.of("decision", "reject", "role", "approver", "reason", "no");
    assertThat(anna.post(gate, gate + "/sign", no).statusCode()).isEqualTo(303);
    assertThat(anna.get(gate).body()).contains("must not be used", "console, nobody signs in");
  }
}
