package dev.kedge.eval.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.app.TinyModel;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.score.ChoiceMetric;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.ExactMetric;
import dev.kedge.eval.score.JsonText;
import dev.kedge.eval.score.Metric;
import dev.kedge.eval.score.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models in this process and behind addresses. */
@Timeout(60)
class TargetTest {
  private static final Asking CHAT = new Asking("be kind", 8, 0, Asking.Mode.CHAT, 1);
  private static final Asking CHOOSE = new Asking("", 1, 0, Asking.Mode.LIKELIHOOD, 1);

  @TempDir Path folder;

  private static EvalCase choice(String prompt, String... options) {
    return new EvalCase(
        "1",
        prompt,
        JsonText.STRICT.nullNode(),
        List.of(),
        "",
        List.of(options),
        JsonText.STRICT.createObjectNode());
  }

  private static Target server(CountingUpstream upstream) {
    return new ServerTarget(
        URI.create(upstream.url()), "m", Optional.empty(), Duration.ofSeconds(20));
  }

  private RunFolder run(Target target, Asking asking, Metric metric, String... lines)
      throws IOException, InterruptedException {
    Path cases = Files.write(folder.resolve("cases.jsonl"), List.of(lines));
    RunPlan plan = new RunPlan("t", JsonLinesSource.of(cases), asking, List.of(metric), 2, "test");
    InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    return new EvalRun(folder, plan, target, clock, RunProgress.silent()).run();
  }

  @Test
  void aModelFileAnswersAlikeEveryTimeAndIsKnownByItsDigest() throws Exception {
    Path file = TinyModel.write(folder.resolve("tiny.gguf"), 256);
    EvalCase question = EvalCase.of("1", "hello", JsonText.STRICT.nullNode());
    Asking warm = new Asking("be kind", 8, 1.0, Asking.Mode.CHAT, 1);
    try (Target target = EngineTarget.open(file)) {
      assertThat(target.identity()).isEqualTo(Sha256.of(Files.readAllBytes(file)));
      Reply cold = target.ask(question, CHAT);
      assertThat(cold.error()).isEmpty();
      assertThat(cold.completionTokens()).isBetween(1, 8);
      assertThat(target.ask(question, CHAT).text()).isEqualTo(cold.text());
      assertThat(target.ask(question, warm).text()).isEqualTo(target.ask(question, warm).text());
      EvalCase tooLong = EvalCase.of("2", "x".repeat(1000), JsonText.STRICT.nullNode());
      assertThat(target.ask(tooLong, CHAT).error()).contains("context_length_exceeded");
    }
  }

  @Test
  void aModelFileTellsHowProbableGivenTextsAre() throws Exception {
    Path file = TinyModel.write(folder.resolve("tiny.gguf"), 256);
    try (Target target = EngineTarget.open(file)) {
      // Over one byte the probabilities of all 256 texts must add up to at most 1.
      String[] options = new String[95];
      for (int i = 0; i < options.length; i++) options[i] = String.valueOf((char) (32 + i));
      Reply reply = target.ask(choice("The answer is", options), CHOOSE);
      double sum = reply.likelihoods().stream().mapToDouble(Math::exp).sum();
      assertThat(sum).isBetween(0.05, 1.0);
      Reply longer = target.ask(choice("The answer is", " A", " AB"), CHOOSE);
      assertThat(longer.likelihoods().get(1)).isLessThan(longer.likelihoods().get(0));
      assertThat(longer.text()).isEqualTo(" A");
    }
  }

  @Test
  void aServerThatEchoesIsAskedForLikelihoods() throws Exception {
    try (CountingUpstream upstream = new CountingUpstream(0, _ -> "");
        Target target = server(upstream)) {
      Reply reply = target.ask(choice("xx", "cb", "ba", "c"), CHOOSE);
      assertThat(reply.error()).isEmpty();
      assertThat(reply.likelihoods()).containsExactly(-5.0, -3.0, -3.0);
      assertThat(reply.text()).isEqualTo("ba");
    }
  }

  @Test
  void aServerThatDoesNotEchoIsNamedAtOnce() throws Exception {
    try (CountingUpstream upstream = new CountingUpstream(0, _ -> "no echo");
        Target target = server(upstream)) {
      assertThatThrownBy(() ->
              run(
                  target,
                  CHOOSE,
                  new ChoiceMetric("c"),
                  "{\"input\":\"q\",\"expected\":\" A\",\"options\":[\" A\",\" B\"]}"))
          .isInstanceOf(KedgeException.class)
          .hasMessageContaining("does not tell the log-probabilities");
    }
  }

  @Test
  void aServerThatIsBusyForAMomentIsAskedAgain() throws Exception {
    try (CountingUpstream upstream = new CountingUpstream(0, _ -> "yes");
        Target target = server(upstream)) {
      upstream.refusals.set(2);
      RunFolder run =
          run(
              target,
              CHAT,
              new ExactMetric("exact", false),
              "{\"input\":\"q\",\"expected\":\"yes\"}");
      assertThat(run.manifest().figure("exact").orElseThrow().value()).isEqualTo(1);
      assertThat(upstream.asked()).isEqualTo(3);
      assertThat(run.manifest().model().fingerprints()).containsExactly("fp1");
    }
  }

  @Test
  void aJudgeIsShownWithItsAgreementAndReadStrictly() throws Exception {
    Path human =
        Files.writeString(
            folder.resolve("human.jsonl"),
            """
            {"input":"a","answer":"good","verdict":"pass"}
            {"input":"b","answer":"bad","verdict":"fail"}
            {"input":"c","answer":"good","verdict":"fail"}
            {"input":"d","answer":"bad","verdict":"fail"}
            {"input":"e","answer":"odd","verdict":"pass"}
            """);
    try (CountingUpstream upstream =
            new CountingUpstream(
                0,
                body -> {
                  String asked = body.path("messages").path(1).path("content").asString();
                  if (asked.contains("\"answer\":\"odd\"")) return "VERDICT: PASS, I think";
                  return "Hm.\nVERDICT: "
                      + (asked.contains("\"answer\":\"good\"") ? "PASS" : "FAIL");
                });
        CountingUpstream model =
            new CountingUpstream(
                0, body -> body.path("messages").path(1).path("content").asString());
        Target target = server(model);
        JudgeMetric judge =
            JudgeMetric.open("judge", server(upstream), "be good", human, folder, 2)) {
      RunFolder run =
          run(
              target,
              CHAT,
              judge,
              "{\"input\":\"good\"}",
              "{\"input\":\"bad\"}",
              "{\"input\":\"odd\"}");
      RunManifest manifest = run.manifest();
      assertThat(manifest.figure("judge").orElseThrow().value()).isEqualTo(0.5);
      assertThat(manifest.figure("judge").orElseThrow().n()).isEqualTo(2);
      assertThat(manifest.figure("judge.read").orElseThrow().value()).isEqualTo(2.0 / 3);
      // By hand: people P F F F, judge P F P F: agreement 3/4, by chance 1/2.
      Figure kappa = manifest.figure("judge.kappa").orElseThrow();
      assertThat(kappa.value()).isCloseTo(0.5, org.assertj.core.data.Offset.offset(1e-12));
      assertThat(kappa.low()).isLessThan(0.5);
      assertThat(kappa.n()).isEqualTo(4);
      assertThat(manifest.figure("judge").orElseThrow().definition())
          .contains("On 4 answers judged by people: kappa 0.50");
    }
    assertThatThrownBy(() ->
            JudgeMetric.open(
                "judge",
                new TestingTarget(_ -> "VERDICT: PASS"),
                "r",
                folder.resolve("none.jsonl"),
                folder,
                1))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("agreement with people");
  }
}
