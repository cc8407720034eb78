package dev.kedge.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.engine.weights.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PilotTest {
  private static final int CASES = 60;

  @TempDir Path folder;
  private Path task;
  private Path out;
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Recording console = new Recording();

  /** What a watcher saw. */
  private static final class Recording implements Console {
    final List<String> lines = new ArrayList<>();
    Runnable atUpdate = () -> {};

    @Override
    public synchronized void step(int number, int of, String title) {
      lines.add(number + "/" + of + " " + title);
    }

    @Override
    public void update(long done, long total, String remark) {
      if (remark.contains("right so far")) atUpdate.run();
    }

    @Override
    public synchronized void done(String result) {
      lines.add("done " + result);
    }

    @Override
    public synchronized void question(String text) {
      lines.add("question " + text);
    }

    @Override
    public synchronized void piece(String text) {
      lines.add("piece " + text);
    }

    @Override
    public synchronized void answered(String remark) {
      lines.add("answered " + remark);
    }
  }

  @BeforeEach
  void writeTask() throws Exception {
    task = Files.createDirectory(folder.resolve("task"));
    out = folder.resolve("out");
    StringBuilder holdout = new StringBuilder();
    for (int i = 0; i < CASES; i++) {
      labels.put("order " + i, "{\"number\":" + i + "}");
      holdout.append(
          "{\"id\":\"c%d\",\"input\":\"order %d\",\"expected\":{\"number\":%d},\"tags\":[\"plain\"]}\n"
              .formatted(i, i, i));
    }
    Files.writeString(task.resolve("holdout.jsonl"), holdout);
    Files.writeString(
        task.resolve("schema.json"),
        "{\"anyOf\":[{\"required\":[\"number\"]},{\"required\":[\"refusal\"]}]}");
    Path model = TestingHost.model(task.resolve("model.gguf"), 1);
    writeTask(ModelFacts.of(model, n -> {}).sha256());
  }

  private void writeTask(String digest) throws IOException {
    Files.writeString(
        task.resolve("task.yaml"),
        """
        name: desk
        description: Understands <orders>.
        model: {file: model.gguf, sha256: "%s"}
        holdout: holdout.jsonl
        schema: schema.json
        answer: json
        targets: {exact_match: 0.85, valid_json: 0.99, latency_p90_ms: 60000, first_token_p90_ms: 60000}
        load: {rate: 40, seconds: 1}
        cost: {api_model: gpt-4o, server: aws-m7g-large, prompt_tokens_per_request: 2000, requests_per_month: 500000}
        """
            .formatted(digest));
  }

  private PilotOptions options(Optional<Path> model, boolean fresh) {
    return new PilotOptions(
        task,
        model,
        out,
        0,
        fresh,
        "test",
        "kedge pilot task",
        InstantSource.fixed(Instant.parse("2026-02-03T04:05:06Z")));
  }

  private PilotResult run(TestingHost host) throws IOException, InterruptedException {
    console.lines.clear();
    PilotResult result = Pilot.run(options(Optional.empty(), false), host, console);
    assertThat(host.running).isZero();
    return result;
  }

  private TestingHost host() {
    return TestingHost.labelled(labels, 30, 20);
  }

  private String saw() {
    return String.join("\n", console.lines);
  }

  @Test
  void aPilotGoesFromTheModelFileToADecisionWithReports() throws Exception {
    PilotResult result = run(host());
    assertThat(result.decision()).isInstanceOf(Decision.ScaleUp.class);
    assertThat(result.quantizedRun().summary().exact().successes()).isEqualTo(57);
    assertThat(result.originalRun().summary().exact().successes()).isEqualTo(58);
    assertThat(result.quantized().weights()).isEqualTo("Q4_0");
    assertThat(saw())
        .contains("1/7 Verify", "7/7 Report", "question order 0", "piece {\"num", "answered ");
    String page = Files.readString(out.resolve("report.html"));
    assertThat(page)
        .contains("Scale up", "Understands &lt;orders&gt;.", result.original().sha256())
        .contains("2026-02-03", "kedge pilot task", "&lt;script&gt;", "OpenAI&#39;s pricing page")
        .doesNotContain("<script", "<orders>");
    JsonNode json = new JsonMapper().readTree(Files.readString(out.resolve("report.json")));
    assertThat(json.path("decision").path("title").asString()).isEqualTo("Scale up");
    assertThat(json.path("evaluation").path("runs").size()).isEqualTo(2);
    assertThat(json.path("cost").path("inputs").size()).isGreaterThan(10);
    assertThat(json.path("measured").path("answersPerSecond").asDouble()).isPositive();
  }

  @Test
  void aSecondRunReusesEverythingAndSaysSo() throws Exception {
    PilotResult first = run(host());
    TestingHost unused = host();
    PilotResult second = run(unused);
    assertThat(unused.started).isEmpty();
    assertThat(saw()).contains("reused").doesNotContain("question");
    assertThat(second.load()).isEqualTo(first.load());
    assertThat(second.quantizedRun().cases()).isEqualTo(first.quantizedRun().cases());
    assertThat(second.cost()).isEqualTo(first.cost());
  }

  @Test
  void aChangedHoldoutIsAskedAgainAndAChangedPriceOnlyRecalculated() throws Exception {
    run(host());
    Files.writeString(
        task.resolve("task.yaml"),
        Files.readString(task.resolve("task.yaml")).replace("500000", "1000"));
    TestingHost unused = host();
    assertThat(run(unused).decision()).isInstanceOf(Decision.Stay.class);
    assertThat(unused.started).isEmpty();
    Path holdout = task.resolve("holdout.jsonl");
    Files.writeString(
        holdout,
        Files.readString(holdout) + "{\"input\":\"one more\",\"expected\":{\"number\":9}}\n");
    labels.put("one more", "{\"number\":9}");
    TestingHost again = host();
    assertThat(run(again).quantizedRun().cases()).hasSize(CASES + 1);
    assertThat(again.started).isNotEmpty();
    assertThat(saw()).contains("done reused " + out.resolve("model"));
  }

  @Test
  void freshAsksEverythingAgain() throws Exception {
    run(host());
    TestingHost host = host();
    Pilot.run(options(Optional.empty(), true), host, console);
    assertThat(host.asked).isGreaterThan(2 * CASES);
  }

  @Test
  void anotherModelThanTheTaskNamesIsRefused() throws Exception {
    writeTask("0".repeat(64));
    assertThatThrownBy(() -> run(host()))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("not the model that the task names")
        .hasMessageContaining("0".repeat(64))
        .hasMessageContaining("--model");
    assertThat(out.resolve("report.html")).doesNotExist();
  }

  @Test
  void aModelNamedByHandIsRecordedNotChecked() throws Exception {
    Path other = TestingHost.model(folder.resolve("other.gguf"), 2);
    PilotResult result = Pilot.run(options(Optional.of(other), false), host(), console);
    assertThat(result.digestChecked()).isFalse();
    assertThat(result.original().file()).isEqualTo("other.gguf");
    assertThat(Files.readString(out.resolve("report.html"))).contains("not the task&#39;s model");
  }

  @Test
  void anInterruptLeavesWholeFilesAndTheNextRunGoesOn() throws Exception {
    Thread here = Thread.currentThread();
    TestingHost host = host();
    // The first evaluation is done with 60 updates; the interrupt comes in the second.
    int[] updates = {0};
    console.atUpdate =
        () -> {
          if (++updates[0] == CASES + 5) here.interrupt();
        };
    assertThatThrownBy(() -> run(host)).isInstanceOf(InterruptedException.class);
    assertThat(host.running).isZero();
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
    }
    console.atUpdate = () -> {};
    TestingHost rest = host();
    assertThat(run(rest).decision()).isInstanceOf(Decision.ScaleUp.class);
    assertThat(saw()).contains("done reused 4-bit").doesNotContain("done reused F");
  }

  @Test
  void aModelThatAnswersNothingEndsThePilotWithTheReason() throws Exception {
    TestingHost host = TestingHost.refusing("the model has no chat template");
    assertThatThrownBy(() -> run(host))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("none of the first questions")
        .hasMessageContaining("no chat template");
    assertThat(host.running).isZero();
    assertThat(out.resolve("report.html")).doesNotExist();
  }

  @Test
  void aBrokenModelFileIsToldByName() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.gguf"), "GGUF");
    assertThatThrownBy(() -> Pilot.run(options(Optional.of(broken), false), host(), console))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("broken.gguf");
  }

  @Test
  void brokenStateIsAskedAgain() throws Exception {
    run(host());
    Files.writeString(out.resolve("state/evaluate-4-bit.json"), "{\"key\":");
    Files.writeString(out.resolve("model/desk-q4_0.gguf"), "something else");
    TestingHost host = host();
    assertThat(run(host).quantizedRun().summary().exact().successes()).isEqualTo(57);
    assertThat(host.started).isNotEmpty();
    assertThat(saw()).doesNotContain("done reused " + out.resolve("model"));
  }

  @Test
  void whatIsMissingIsToldBeforeAnythingRuns() throws Exception {
    Files.delete(task.resolve("holdout.jsonl"));
    assertThatThrownBy(() -> run(host())).hasMessageContaining("no holdout at");
  }

  @Test
  void aTaskWithoutAnApiModelNamesTheKnownOnes() throws Exception {
    Files.writeString(
        task.resolve("task.yaml"),
        Files.readString(task.resolve("task.yaml")).replace("api_model: gpt-4o, ", ""));
    assertThatThrownBy(() -> run(host()))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("claude-sonnet-4.5");
  }
}
