package dev.kedge.eval.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.ClassMetric;
import dev.kedge.eval.score.ClassPair;
import dev.kedge.eval.score.ExactMetric;
import dev.kedge.eval.score.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run from cases to its folder. */
class EvalRunTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T10:00:00Z"));
  private static final List<Metric> METRICS =
      List.of(new ExactMetric("exact", false), new ClassMetric("class", List.of()));

  @TempDir Path data;

  private Path cases(int n) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < n; i++) {
      lines.append(
          "{\"id\":\"c%d\",\"input\":\"q%d\",\"expected\":\"%s\",\"tags\":[\"t%d\"]}\n"
              .formatted(i, i, i % 2 == 0 ? "yes" : "no", i % 3));
    }
    return Files.writeString(data.resolve("cases.jsonl"), lines);
  }

  private RunFolder run(Path cases, Target target, int attempt)
      throws IOException, InterruptedException {
    Asking asking = new Asking("", 16, 0, Asking.Mode.CHAT, attempt);
    RunPlan plan = new RunPlan("t", JsonLinesSource.of(cases), asking, METRICS, 4, "test");
    return new EvalRun(data, plan, target, CLOCK, RunProgress.silent()).run();
  }

  private static List<RunCase> read(RunFolder folder) throws IOException {
    List<RunCase> all = new ArrayList<>();
    try (RunCases cases = folder.cases()) {
      for (Optional<RunCase> one = cases.next(); one.isPresent(); one = cases.next()) {
        all.add(one.get());
      }
    }
    return all;
  }

  @Test
  void aRunLeavesManifestCasesInOrderAndReport() throws Exception {
    TestingTarget target = new TestingTarget(input -> "yes");
    RunFolder folder = run(cases(50), target, 1);
    RunManifest manifest = folder.manifest();
    assertThat(manifest.state()).isEqualTo(RunManifest.State.COMPLETE);
    assertThat(manifest.cases()).isEqualTo(50);
    assertThat(manifest.asked()).isEqualTo(50);
    Figure exact = manifest.figure("exact").orElseThrow();
    assertThat(exact.value()).isEqualTo(0.5);
    assertThat(exact.n()).isEqualTo(50);
    // Wilson's interval of 25 of 50.
    assertThat(exact.low()).isCloseTo(0.3664, org.assertj.core.data.Offset.offset(1e-4));
    assertThat(exact.high()).isCloseTo(0.6336, org.assertj.core.data.Offset.offset(1e-4));
    // "yes": precision 1/2, recall 1, F1 2/3; "no": 0.
    assertThat(manifest.figure("class.f1.macro").orElseThrow().value())
        .isCloseTo(1.0 / 3, org.assertj.core.data.Offset.offset(1e-12));
    List<RunCase> read = read(folder);
    assertThat(read).extracting(RunCase::id).startsWith("c0", "c1", "c2").hasSize(50);
    assertThat(read.get(1).metrics()).containsEntry("exact", 0.0);
    assertThat(read.get(1).classes()).containsEntry("class", new ClassPair("no", "yes"));
    assertThat(Files.readString(folder.report()))
        .contains("Worst cases", "Confusion matrix", "Share of answers that are exactly", "Wilson");
    assertThat(RunFolder.ids(data)).containsExactly(manifest.id());
  }

  @Test
  void whatWasAnsweredIsNotAskedAgainUnlessAnotherAttemptIsWanted() throws Exception {
    TestingTarget target = new TestingTarget(input -> "yes");
    Path cases = cases(20);
    RunFolder first = run(cases, target, 1);
    RunFolder second = run(cases, target, 1);
    assertThat(target.asked).hasSize(20);
    assertThat(second.manifest().asked()).isZero();
    assertThat(second.manifest().reused()).isEqualTo(20);
    assertThat(second.path()).isNotEqualTo(first.path());
    assertThat(Files.readString(second.casesFile())).isEqualTo(Files.readString(first.casesFile()));
    run(cases, target, 2);
    assertThat(target.asked).hasSize(40);
  }

  @Test
  void onlyNewCasesAreAskedWhereADataSetGrows() throws Exception {
    TestingTarget target = new TestingTarget(input -> "yes");
    run(cases(20), target, 1);
    run(cases(25), target, 1);
    assertThat(target.asked).hasSize(25).doesNotHaveDuplicates();
  }

  @Test
  void aServerThatChangedIsAskedEverythingAgain() throws Exception {
    TestingTarget target = new TestingTarget(input -> "yes");
    target.fingerprint = "v1";
    String before = run(cases(20), target, 1).manifest().model().digest();
    target.fingerprint = "v2";
    RunManifest changed = run(cases(21), target, 1).manifest();
    assertThat(target.asked).hasSize(41);
    assertThat(changed.model().digest()).isNotEqualTo(before);
    assertThat(changed.model().fingerprints()).containsExactly("v2");
    assertThat(changed.notes()).anyMatch(note -> note.contains("server changed"));
  }

  @Test
  void aServerThatAnswersNothingEndsTheRunWithItsReason() throws Exception {
    TestingTarget target = new TestingTarget(input -> "yes");
    target.failure = "http_400: the context is too short";
    Path cases = cases(100);
    assertThatThrownBy(() -> run(cases, target, 1))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("the context is too short");
    assertThat(target.asked.size()).isLessThan(40);
  }

  @Test
  void aBrokenLineIsNamed() throws Exception {
    Path cases = cases(3);
    Files.writeString(cases, Files.readString(cases) + "{\"input\":1}\n");
    assertThatThrownBy(() -> JsonLinesSource.of(cases))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining(cases + ":4:");
    Files.writeString(cases, "{\"id\":\"a\",\"input\":\"x\"}\n{\"id\":\"a\",\"input\":\"y\"}\n");
    assertThatThrownBy(() -> JsonLinesSource.of(cases)).hasMessageContaining("stands twice");
  }
}
