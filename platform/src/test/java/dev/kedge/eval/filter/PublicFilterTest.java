package dev.kedge.eval.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.FieldCount;
import dev.kedge.eval.filter.PublicFilter.Kind;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Metric;
import dev.kedge.eval.score.Reply;
import dev.kedge.eval.score.Scores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Public data sets in their publishers' layouts. */
@Timeout(60)
class PublicFilterTest {
  private static final PublicFilter.Options PLAIN =
      new PublicFilter.Options(0, 1, List.of(), Duration.ofSeconds(5));

  @TempDir Path folder;

  private static List<EvalCase> cases(PublicFilter filter) throws IOException {
    List<EvalCase> all = new ArrayList<>();
    try (CaseSource.Cases cases = filter.source().open()) {
      cases.forEachRemaining(all::add);
    }
    assertThat((long) all.size()).isEqualTo(filter.source().size());
    return all;
  }

  private static Scores score(PublicFilter filter, EvalCase question, Reply reply)
      throws InterruptedException {
    Scores scores = Scores.empty();
    for (Metric metric : filter.metrics()) metric.score(question, reply, scores);
    return scores;
  }

  /* Where the real files are: how many cases, and that ids are unique and prompts not empty. */
  @ParameterizedTest
  @CsvSource({
    "GSM8K, gsm8k/test.jsonl, 1319",
    "IFEVAL, ifeval/input_data.jsonl, 541",
    "BANKING77, banking77/test.csv, 3080",
    "CLINC150, clinc150/data_full.json, 5500",
    "HUMANEVAL, humaneval/HumanEval.jsonl.gz, 164"
  })
  void theRealFilesAreReadAsTheyCome(Kind kind, String name, int count) throws IOException {
    String shared = System.getProperty("kedge.shared", "../../shared");
    Path file = Path.of(shared).resolve("data/eval").resolve(name);
    Assumptions.assumeTrue(Files.exists(file), "no " + file);
    PublicFilter.Options options =
        new PublicFilter.Options(0, 1, shell("! grep -q 'assert 1 == 2'"), Duration.ofSeconds(5));
    List<EvalCase> all = cases(PublicFilter.open(kind, file, options));
    assertThat(all).hasSize(count).allSatisfy(one -> assertThat(one.input()).isNotBlank());
    Set<String> ids = new HashSet<>();
    assertThat(all).allSatisfy(one -> assertThat(ids.add(one.id())).isTrue());
  }

  @Test
  void gsm8kAsksForANumberAndFindsIt() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("g.jsonl"),
            "{\"question\":\"2+2?\",\"answer\":\"2+2=<<2+2=4>>4\\n#### 1,004\"}\n");
    PublicFilter filter = PublicFilter.open(Kind.GSM8K, file, PLAIN);
    EvalCase one = cases(filter).getFirst();
    assertThat(one.expectedText()).isEqualTo("1,004");
    assertThat(score(filter, one, Reply.of("so 1004 it is")).values())
        .containsEntry("number", 1.0)
        .containsEntry("number.marked", 0.0);
  }

  @Test
  void ifevalScoresInstructionsOfACaseTogetherAndEach() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("i.jsonl"),
            "{\"key\":7,\"prompt\":\"p\",\"instruction_id_list\":[\"punctuation:no_comma\","
                + "\"startend:quotation\"],\"kwargs\":[{},{}]}\n");
    PublicFilter filter = PublicFilter.open(Kind.IFEVAL, file, PLAIN);
    EvalCase one = cases(filter).getFirst();
    Scores scores = score(filter, one, Reply.of("no comma here"));
    assertThat(scores.values()).containsEntry("instructions.strict", 0.0);
    assertThat(scores.counts().get("instructions.each_strict"))
        .containsEntry("punctuation:no_comma", new FieldCount(1, 1, 1))
        .containsEntry("startend:quotation", new FieldCount(0, 1, 1));
    assertThat(score(filter, one, Reply.of("\"ok\"")).values())
        .containsEntry("instructions.strict", 1.0)
        .containsEntry("instructions.loose", 1.0);
    Files.writeString(
        file, "{\"prompt\":\"p\",\"instruction_id_list\":[\"new:kind\"],\"kwargs\":[{}]}\n");
    assertThatThrownBy(() -> PublicFilter.open(Kind.IFEVAL, file, PLAIN))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("i.jsonl:1:")
        .hasMessageContaining("new:kind");
  }

  @Test
  void mmluIsReadFromItsFolderAndAskedByLikelihood() throws Exception {
    Files.writeString(
        folder.resolve("high_school_physics_test.csv"),
        "\"What, then?\",one,\"two, or so\",three,four,C\nWhy?,a,b,c,d,A\n");
    PublicFilter filter = PublicFilter.open(Kind.MMLU, folder, PLAIN);
    List<EvalCase> all = cases(filter);
    assertThat(all).hasSize(2);
    assertThat(all.getFirst().input())
        .contains("about high school physics", "What, then?", "B. two, or so")
        .endsWith("Answer:");
    assertThat(all.getFirst().options()).containsExactly(" A", " B", " C", " D");
    Reply reply = new Reply(" C", "stop", 0, 0, 0, 1, "", List.of(-3.0, -4.0, -1.0, -2.0), "");
    assertThat(score(filter, all.getFirst(), reply).values()).containsEntry("choice", 1.0);
    Files.writeString(folder.resolve("x.csv"), "q,1,2,3,4,E\n");
    assertThatThrownBy(() -> PublicFilter.open(Kind.MMLU, folder, PLAIN))
        .hasMessageContaining("x.csv: row 1");
  }

  @Test
  void banking77KeepsCommasAndLineEndsInQuotes() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("b.csv"),
            "text,category\r\n\"Hi, \"\"you\"\"\nthere\",card_arrival\r\nWhere?,atm\r\n");
    PublicFilter filter = PublicFilter.open(Kind.BANKING77, file, PLAIN);
    List<EvalCase> all = cases(filter);
    assertThat(all.getFirst().input()).isEqualTo("Hi, \"you\"\nthere");
    assertThat(filter.asking().system()).contains("atm\ncard_arrival");
    assertThat(score(filter, all.getFirst(), Reply.of("card arrival")).classes().get("class"))
        .matches(pair -> pair.right());
    Files.writeString(file, "text,category\n\"open,x\n");
    assertThatThrownBy(() -> PublicFilter.open(Kind.BANKING77, file, PLAIN))
        .hasMessageContaining("b.csv:2: a quote is not closed");
  }

  @Test
  void humanevalNeedsASandboxAndBelievesItsExitCode() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("h.jsonl"),
            "{\"task_id\":\"T/0\",\"prompt\":\"def f():\\n\",\"test\":\"def check(c):\\n  assert"
                + " c()==1\\n\",\"entry_point\":\"f\"}\n");
    assertThatThrownBy(() -> PublicFilter.open(Kind.HUMANEVAL, file, PLAIN))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("--sandbox");
    PublicFilter passing =
        PublicFilter.open(
            Kind.HUMANEVAL,
            file,
            new PublicFilter.Options(
                0, 1, shell("grep -qE 'return 1|math.gcd'"), Duration.ofSeconds(20)));
    EvalCase one = cases(passing).getFirst();
    Reply good = Reply.of("Here:\n```python\ndef f():\n  return 1\n```\nDone.");
    assertThat(score(passing, one, good).values()).containsEntry("tests", 1.0);
    assertThat(score(passing, one, Reply.of("```\ndef f(): pass\n```")).values())
        .containsEntry("tests", 0.0);
    assertThat(SandboxMetric.program(one, good.text()))
        .endsWith("\ncheck(f)\n")
        .doesNotContain("```");
    // What continues the task's own text does so.
    assertThat(SandboxMetric.program(one, "  return 1")).startsWith("def f():\n  return 1\n");
  }

  private static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true            | passed a wrong Python program
          cat >&2; exit 3 | refused a right Python program: assert math.gcd(4, 6) == 2
          sleep 60        | did not end an easy program in time
          """)
  void aCommandThatIsNoSandboxIsRefusedBeforeAnythingIsAsked(String script, String reason) {
    Sandbox sandbox = new Sandbox(shell(script), Duration.ofMillis(700));
    assertThatThrownBy(sandbox::probe)
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining(reason);
    assertThatThrownBy(new Sandbox(List.of("/no/such"), Duration.ofSeconds(1))::probe)
        .hasMessageContaining("cannot be run");
  }

  @Test
  void programsThatFloodSleepOrLeaveOthersBehindEndInTime() throws Exception {
    Sandbox flood = new Sandbox(shell("yes 0123456789; true"), Duration.ofMillis(500));
    Sandbox.Outcome outcome = flood.run("");
    assertThat(outcome.inTime()).isFalse();
    assertThat(outcome.said()).hasSizeLessThan(100);
    // A child that outlives its parent and keeps the output open.
    Sandbox orphan = new Sandbox(shell("(sleep 30 &) ; echo done"), Duration.ofSeconds(10));
    assertThat(orphan.run("")).isEqualTo(new Sandbox.Outcome(true, true, "done"));
    // A program longer than a pipe holds, to a command that reads nothing.
    assertThat(new Sandbox(shell("exit 0"), Duration.ofSeconds(10)).run("x".repeat(1 << 20)))
        .isEqualTo(new Sandbox.Outcome(true, true, ""));
  }

  /* The published solutions must pass their tests, and must not where one character is changed. */
  @Test
  void publishedSolutionsPassInARealInterpreterAndSpoiltOnesDoNot() throws Exception {
    String shared = System.getProperty("kedge.shared", "../../shared");
    Path file = Path.of(shared).resolve("data/eval/humaneval/HumanEval.jsonl.gz");
    Assumptions.assumeTrue(Files.exists(file), "no " + file);
    PublicFilter.Options options =
        new PublicFilter.Options(0, 1, List.of("python3", "-I", "-"), Duration.ofSeconds(10));
    PublicFilter filter;
    try {
      filter = PublicFilter.open(Kind.HUMANEVAL, file, options);
    } catch (KedgeException e) {
      System.out.println("skipped: no python3 here");
      Assumptions.abort("no python3 here");
      throw e;
    }
    List<EvalCase> all = cases(filter).subList(0, 8);
    List<String> solutions = HumanEvalSolutions.of(file);
    for (int i = 0; i < all.size(); i++) {
      String solution = solutions.get(i);
      assertThat(score(filter, all.get(i), Reply.of(solution)).values().get("tests"))
          .as(all.get(i).id())
          .isEqualTo(1.0);
      Reply spoilt = Reply.of(solution.replaceFirst("return ", "return not "));
      assertThat(score(filter, all.get(i), spoilt).values().get("tests")).isEqualTo(0.0);
    }
  }
}
