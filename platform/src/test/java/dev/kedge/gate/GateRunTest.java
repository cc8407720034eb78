package dev.kedge.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.GateSection;
import dev.kedge.config.TaskFile;
import dev.kedge.eval.run.JsonLinesSource;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunProgress;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.Metrics;
import dev.kedge.report.Html;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole gates over targets that answer by rule: runs, judgement, outcome. */
class GateRunTest {
  private static final String RULES =
      """
      gate:
        metrics: [{measure: exact, margin: 0.05}]
      """;

  @TempDir private Path folder;
  private final List<String> began = new ArrayList<>();

  @BeforeEach
  void writeCases() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      lines.append(
          "{\"id\":\"c%d\",\"input\":\"question %d\",\"expected\":\"answer %d\",\"tags\":[\"%s\"]}\n"
              .formatted(i, i, i, i % 4 == 0 ? "rare" : "plain"));
    }
    Files.writeString(folder.resolve("cases.jsonl"), lines);
  }

  private TextChanges changes = TextChanges.none();
  private ModelPrices prices = ModelPrices.NONE;

  private GateRun gate(String rules) throws IOException {
    String yaml =
        """
        name: test
        model: {file: model.gguf, sha256: "%s"}
        holdout: cases.jsonl
        """
            .formatted("0".repeat(64));
    TaskFile task = ConfigFile.parse(yaml + rules, "task.yaml", TaskFile.class);
    return new GateRun(
        folder.resolve("data"),
        task,
        JsonLinesSource.of(folder.resolve("cases.jsonl")),
        Metrics.of(task, folder, Metrics.Judges.none()),
        changes,
        prices,
        4,
        "test",
        InstantSource.fixed(Instant.ofEpochMilli(TestingGates.JUDGED_MS)));
  }

  private GateResult judge(String rules, Target current, Target candidate) throws Exception {
    return run(rules, current, candidate).result();
  }

  private GateRun.Judged run(String rules, Target current, Target candidate) throws Exception {
    return gate(rules)
        .judge(
            () -> current,
            () -> candidate,
            new GateRun.Watching() {
              @Override
              public RunProgress begins(String what) {
                began.add(what);
                return RunProgress.silent();
              }

              @Override
              public void ended(RunFolder run, RunManifest manifest) {}
            });
  }

  private static Finding only(GateResult result) {
    assertThat(result.findings()).hasSize(1);
    return result.findings().getFirst();
  }

  @Test
  void oldAgainstOldIsIdenticalAndAskedOnlyOnce() throws Exception {
    TestingTarget old = TestingTarget.file("old", 0.8);
    GateResult result = judge(RULES, old, old);
    assertThat(result.outcome()).isEqualTo(Outcome.PASS);
    assertThat(only(result).verdict()).isEqualTo("identical");
    assertThat(result.noise().exact()).isTrue();
    assertThat(result.current().answersSha256()).isEqualTo(result.candidate().answersSha256());
    assertThat(old.asked.get()).isEqualTo(400 + GateRun.ASKED_AGAIN);
    judge(RULES, old, old);
    assertThat(old.asked.get()).isEqualTo(400 + 2 * GateRun.ASKED_AGAIN);
  }

  @Test
  void anExactModelThatAnswersOtherwiseTheSecondTimeStopsTheGate() throws Exception {
    TestingTarget old = TestingTarget.file("old", 0.8);
    judge(RULES, old, old);
    old.drifting = true;
    assertThatThrownBy(() -> judge(RULES, old, old))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("otherwise than it is on record");
  }

  @Test
  void aMuchWorseCandidateFailsAndABetterOnePasses() throws Exception {
    TestingTarget old = TestingTarget.file("old", 0.7);
    GateResult worse = judge(RULES, old, TestingTarget.file("new", 0.5));
    assertThat(worse.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(only(worse).verdict()).isEqualTo("worse");
    assertThat(worse.outcome().exitCode()).isEqualTo(1);
    GateResult better = judge(RULES, old, TestingTarget.file("next", 0.9));
    assertThat(better.outcome()).isEqualTo(Outcome.PASS);
    assertThat(only(better).verdict()).isEqualTo("better");
  }

  @Test
  void aMarginTooSmallForSoFewCasesLeavesItUndecidedAndSaysHowManyMore() throws Exception {
    GateResult result =
        judge(
            RULES.replace("0.05", "0.001"),
            TestingTarget.file("old", 0.7),
            TestingTarget.file("old too", 0.7));
    assertThat(result.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(result.outcome().exitCode()).isEqualTo(4);
    assertThat(only(result).verdict()).startsWith("undecided: about ");
    assertThat(only(result).numbers().orElseThrow().moreExamples()).isPresent();
    assertThat(only(result).sentence()).contains("these examples would have shown");
  }

  @Test
  void serversAreAskedSeveralTimesAndTheirNoiseIsMeasured() throws Exception {
    GateResult result =
        judge(
            RULES.replace("0.05", "0.1"),
            TestingTarget.server("old", 0.8, 0.1),
            TestingTarget.server("old", 0.8, 0.1));
    assertThat(began).contains("current, 1 of 2", "current, 2 of 2");
    assertThat(result.noise().exact()).isFalse();
    assertThat(result.noise().changed()).isBetween(40L, 120L);
    assertThat(result.noise().sentence()).contains("not exact", "no change beyond this noise");
    assertThat(result.current().runs())
        .hasSize(2)
        .doesNotContainAnyElementsOf(result.candidate().runs());
    assertThat(result.current().answersSha256()).isNotEqualTo(result.candidate().answersSha256());
    assertThat(result.outcome()).isEqualTo(Outcome.PASS);
  }

  @Test
  void aChangeBeyondTheNoiseIsTold() throws Exception {
    GateResult result =
        judge(
            RULES,
            TestingTarget.server("old", 0.8, 0.05),
            TestingTarget.server("other", 0.65, 0.05));
    assertThat(result.noise().sentence()).contains("it changes more than noise does");
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
  }

  @Test
  void aSliceWithoutMarginPassesUnlessALossIsShown() throws Exception {
    String rules =
        RULES
            + """
              slices: [{tag: rare}, {tag: plain, margin: 0.08}]
            """;
    GateResult same =
        judge(rules, TestingTarget.file("old", 0.7), TestingTarget.file("old too", 0.72));
    assertThat(same.findings().get(1).rule()).isEqualTo("exact of tag rare");
    assertThat(same.findings().get(1).outcome()).isEqualTo(Outcome.PASS);
    assertThat(same.findings().get(1).numbers().orElseThrow().examples()).isEqualTo(100);
    GateResult worse = judge(rules, TestingTarget.file("old", 0.7), TestingTarget.file("new", 0.4));
    assertThat(worse.findings()).extracting(Finding::outcome).containsOnly(Outcome.FAIL);
  }

  @Test
  void boundsAreKeptBrokenOrUndecided() throws Exception {
    String rules =
        RULES
            + """
              shares:
                - {measure: normalised, at_least: 0.5}
                - {measure: normalised, at_least: 0.99}
              limits: {latency_p90_ms: 60, slower_by: 0.1, tokens_more_by: 0.1}
            """;
    GateResult result =
        judge(rules, TestingTarget.file("old", 0.7), TestingTarget.file("old too", 0.7));
    assertThat(result.findings())
        .extracting(Finding::rule, Finding::outcome)
        .contains(
            org.assertj.core.groups.Tuple.tuple("time per answer", Outcome.PASS),
            org.assertj.core.groups.Tuple.tuple("tokens per call", Outcome.PASS),
            org.assertj.core.groups.Tuple.tuple("normalised of the candidate", Outcome.PASS),
            org.assertj.core.groups.Tuple.tuple("normalised of the candidate", Outcome.FAIL),
            org.assertj.core.groups.Tuple.tuple("90 % of answers within", Outcome.PASS));
  }

  @Test
  void costIsComparedByTokensAndPricesAndBoundedByItself() throws Exception {
    String rules =
        RULES
            + """
              limits: {cost_more_by: 0.05, dollars_per_thousand_calls: 1.0}
              prices: {current: {input: 1, output: 2}, candidate: {input: %s, output: %s}}
            """;
    TestingTarget old = TestingTarget.file("old", 0.7);
    GateResult dearer = judge(rules.formatted("1.2", "2.4"), old, old);
    Finding compared = finding(dearer, "cost per call");
    // The same answers at a price a fifth higher: everything of it is shown, nothing is chance.
    assertThat(compared.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(compared.sentence()).contains("20");
    GateResult cheaper = judge(rules.formatted("0.5", "1"), old, TestingTarget.file("new", 0.7));
    assertThat(finding(cheaper, "cost per call").verdict()).isEqualTo("better");
    Finding.Numbers bound = finding(cheaper, "cost of 1,000 calls").numbers().orElseThrow();
    assertThat(bound.low()).isLessThanOrEqualTo(bound.candidate() + 1e-9);
    assertThat(bound.high()).isBetween(bound.candidate() - 1e-9, 1.0);
    GateResult broken = judge(rules.formatted("1e5", "1e5"), old, old);
    assertThat(finding(broken, "cost of 1,000 calls").outcome()).isEqualTo(Outcome.FAIL);
    assertThatThrownBy(() -> judge(RULES + "  limits: {cost_more_by: 0.1}\n", old, old))
        .hasMessageContaining("limits of cost need prices")
        .hasMessageContaining("current and the candidate");
  }

  @Test
  void aPriceOfTheConfigurationCountsUnlessTheTaskNamesOneAndBothSourcesAreTold() throws Exception {
    GateSection.Price one = new GateSection.Price(1.0, 2.0);
    Optional<ModelPrices.Known> known = Optional.of(new ModelPrices.Known(one, "engine 'desk'"));
    prices = new ModelPrices(known, known);
    TestingTarget old = TestingTarget.file("old", 0.7);
    String rules = RULES + "  limits: {cost_more_by: 0.05}\n";
    GateResult alike = judge(rules, old, old);
    assertThat(finding(alike, "cost per call").outcome()).isEqualTo(Outcome.PASS);
    GateResult dearer =
        judge(rules + "  prices: {candidate: {input: 1.2, output: 2.4}}\n", old, old);
    assertThat(finding(dearer, "cost per call").outcome()).isEqualTo(Outcome.FAIL);
    assertThat(dearer.notes())
        .anySatisfy(note ->
            assertThat(note)
                .contains("current 1.0 for input and 2.0 for output, from engine 'desk'")
                .contains("candidate 1.2 for input and 2.4 for output, from the task file"));
    prices = new ModelPrices(known, Optional.empty());
    int asked = old.asked.get();
    assertThatThrownBy(() -> judge(rules, old, old)).hasMessageContaining("the candidate model");
    assertThat(old.asked.get()).as("refused before any call").isEqualTo(asked);
  }

  @Test
  void aColdModelFailsNoLimitOfTimeUnlessItsFirstCallsAreToCount() throws Exception {
    String limits = RULES + "  limits: {latency_p90_ms: 60, slower_by: 0.1%s}\n";
    TestingTarget old = TestingTarget.file("old", 0.7);
    TestingTarget cold = TestingTarget.file("cold", 0.7);
    cold.coldCalls = 45;
    GateResult counted = judge(limits.formatted(", warm_up: 0"), old, cold);
    assertThat(finding(counted, "time per answer").outcome()).isNotEqualTo(Outcome.PASS);
    assertThat(finding(counted, "90 % of answers within").outcome()).isNotEqualTo(Outcome.PASS);
    GateResult left = judge(limits.formatted(", warm_up: 45"), old, cold);
    assertThat(finding(left, "time per answer").outcome()).isEqualTo(Outcome.PASS);
    Finding within = finding(left, "90 % of answers within");
    assertThat(within.outcome()).isEqualTo(Outcome.PASS);
    assertThat(left.notes())
        .anySatisfy(note ->
            assertThat(note).startsWith("Limits of time leave out the first 45 calls of each run"));
    // Four at a time: the two models' first calls are not quite the same cases.
    assertThat(within.numbers().orElseThrow().examples()).isBetween(340L, 355L);
    assertThat(finding(left, "time per answer").numbers().orElseThrow().examples())
        .isEqualTo(within.numbers().orElseThrow().examples());
    assertThatThrownBy(() -> judge(limits.formatted(", warm_up: 400"), old, cold))
        .hasMessageContaining("none is left for limits of time");
  }

  private static Finding finding(GateResult result, String rule) {
    return result.findings().stream()
        .filter(one -> one.rule().equals(rule))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aProtectedPhraseThatIsLostFails() throws Exception {
    String rules = RULES + "  protected_phrases: [\"No legal advice.\", \"Sorry\"]\n";
    TestingTarget old = new TestingTarget("old", Target.Kind.FILE, 2, 0, " No legal advice.");
    TestingTarget next = new TestingTarget("new", Target.Kind.FILE, 2, 0, " No advice.");
    GateResult result = judge(rules, old, next);
    assertThat(result.findings().get(1).outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.findings().get(1).sentence()).contains("in 400 cases, such as c0, c1, c2");
    assertThat(result.findings().get(2).outcome()).isEqualTo(Outcome.PASS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'This isn''t legal advice.' | lost in 400
          'THIS IS NOT LEGAL ADVICE.' | there but for case, white space, dashes or quotation marks in 400
          'This is not  legal advice.' | there but for case
          'This is not legal advice. This is not legal advice.' | added in 400
          'Nothing.' | lost in 400
          """)
  void anyChangeOfAProtectedPhraseFailsAndIsTold(String now, String told) throws Exception {
    String rules = RULES + "  protected_phrases: [\"This is not legal advice.\"]\n";
    TestingTarget old =
        new TestingTarget("old", Target.Kind.FILE, 2, 0, " This is not legal advice.");
    TestingTarget next = new TestingTarget("new", Target.Kind.FILE, 2, 0, " " + now);
    GateResult result = judge(rules, old, next);
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.findings().get(1).outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.findings().get(1).sentence()).contains("changed in 400 cases", told);
  }

  @Test
  void otherQuotationMarksInAProtectedPhraseAreAChangeTold() throws Exception {
    String rules = RULES + "  protected_phrases: [\"It's \\\"as is\\\".\"]\n";
    TestingTarget old = new TestingTarget("old", Target.Kind.FILE, 2, 0, " It's \"as is\".");
    TestingTarget next = new TestingTarget("new", Target.Kind.FILE, 2, 0, " It’s “as is”.");
    GateResult result = judge(rules, old, next);
    assertThat(result.findings().get(1).outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.findings().get(1).sentence()).contains("quotation marks in 400");
  }

  @Test
  void casesThatChangedSidesStandOnTheReport() throws Exception {
    TestingTarget old = TestingTarget.file("old", 0.7);
    TestingTarget next = TestingTarget.file("new", 0.6);
    GateRun.Judged judged = run(RULES, old, next);
    assertThat(judged.changes().markup())
        .containsPattern("Lost: right with the current model alone: [1-9]")
        .contains("expected   answer", "candidate  other");
  }

  @Test
  void whatTheComparisonOfWordsFindsCounts() throws Exception {
    Finding finding =
        new Finding(
            "disclaimers",
            Finding.Kind.DRIFT,
            Outcome.FAIL,
            "lost",
            "2 were lost",
            Optional.empty());
    changes =
        (_, current, candidate) -> {
          assertThat(current.cases()).hasSameSizeAs(candidate.cases());
          return new TextChanges.Report(List.of(finding), Html.EMPTY, Optional.empty());
        };
    TestingTarget old = TestingTarget.file("old", 0.7);
    GateResult result = judge(RULES, old, old);
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.findings()).contains(finding);
  }

  @Test
  void aRuleThatNamesNothingIsRefusedWithWhatThereIs() {
    TestingTarget old = TestingTarget.file("old", 0.7);
    assertThatThrownBy(() -> judge(RULES.replace("exact", "exakt"), old, old))
        .hasMessageContaining("no measure 'exakt'; they have: exact, normalised");
    assertThatThrownBy(() -> judge(RULES + "  slices: [{tag: nothing}]\n", old, old))
        .hasMessageContaining("no case has the tag 'nothing'");
    assertThatThrownBy(() -> judge("", old, old)).hasMessageContaining("has no rules for a gate");
  }

  @Test
  void rulesThatCannotBeAreRefusedWhenRead() {
    for (String wrong :
        List.of(
            "gate: {metrics: []}",
            "gate: {metrics: [{measure: exact}]}",
            "gate: {metrics: [{measure: exact, margin: 0}]}",
            "gate: {metrics: [{measure: exact, margin: 0.1}], repeats: 1}",
            "gate: {metrics: [{measure: exact, margin: 0.1}], protected_phrases: [\" \"]}")) {
      assertThatThrownBy(() -> gate(wrong)).isInstanceOf(KedgeException.class);
    }
  }

  @Test
  void everyPlaceOfASampleIsDistinctAndSpread() throws IOException {
    var all = JsonLinesSource.of(folder.resolve("cases.jsonl"));
    for (long size : new long[] {1, 7, 25, 399, 400, 1000}) {
      SampledCases sample = new SampledCases(all, size);
      long held = 0;
      for (long place = 0; place < all.size(); place++) if (sample.holds(place)) held++;
      assertThat(held).isEqualTo(Math.min(size, 400)).isEqualTo(sample.size());
      long given = 0;
      try (var cases = sample.open()) {
        while (cases.hasNext()) {
          cases.next();
          given++;
        }
      }
      assertThat(given).isEqualTo(held);
    }
  }

  @Test
  void theReportTellsOutcomeRulesAndDoubt() throws Exception {
    GateResult result =
        judge(RULES, TestingTarget.file("old <b>", 0.7), TestingTarget.file("new", 0.4));
    GatePage page = new GatePage(result);
    assertThat(page.html(Html.EMPTY))
        .contains("old &lt;b&gt;", "McNemar", "broken")
        .doesNotContain("<b>");
    assertThat(page.text()).contains("FAIL", "exact", "sha256");
    assertThat(page.json()).contains("\"outcome\" : \"FAIL\"");
  }
}
