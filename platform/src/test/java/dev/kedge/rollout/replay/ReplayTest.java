package dev.kedge.rollout.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.backend.upstream.RecordedAnswers;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.backend.upstream.Upstream;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.RolloutMetric;
import dev.kedge.config.RolloutSection;
import dev.kedge.config.UpstreamSection;
import dev.kedge.rollout.Figure;
import dev.kedge.rollout.Measures;
import dev.kedge.rollout.RolloutSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of the past against a real server. */
class ReplayTest {
  private static final RolloutSection SECTION =
      RolloutSection.of(
          "new",
          List.of(RolloutMetric.valueOf("errors"), RolloutMetric.valueOf("agreement")),
          "20%",
          "5%");
  private static final RolloutSpec SPEC = RolloutSpec.of("recorded", SECTION, "", "");

  @TempDir private Path folder;
  private TestingUpstream server;
  private Watchdog watchdog;
  private Upstream upstream;

  @BeforeEach
  void start() throws IOException {
    server = new TestingUpstream().says(RecordedAnswers.saying("yes"));
    watchdog = new Watchdog();
    UpstreamSection section =
        ConfigFile.parse(
            "name: x\nurl: " + server.url() + "\nmodels: [{name: new}]\n",
            "test",
            UpstreamSection.class);
    upstream = new Upstream(section, (SSLSocketFactory) SSLSocketFactory.getDefault(), watchdog);
  }

  @AfterEach
  void stop() throws IOException {
    upstream.close();
    watchdog.close();
    server.close();
  }

  private static String captured(int i, String answer) {
    return "{\"id\":\"c"
        + i
        + "\",\"request\":{\"model\":\"old\",\"stream\":true,\"messages\":[{\"role\":\"user\","
        + "\"content\":\"q"
        + i
        + "\"}]},\"answer\":{\"text\":\""
        + answer
        + "\",\"finish\":\"stop\"}}";
  }

  private static Replay.Calls calls(int count, String answer) {
    return each -> {
      for (int i = 0; i < count; i++) {
        if (!each.line(captured(i, answer).getBytes(StandardCharsets.UTF_8))) return;
      }
    };
  }

  private Replay replay(Backend backend) throws IOException {
    return new Replay(
        SPEC,
        Measures.of(SECTION, folder),
        new Answering(backend, "new", Duration.ofSeconds(10)),
        Optional.empty(),
        3);
  }

  private Replay.Result run(Replay.Calls calls) throws IOException, InterruptedException {
    return replay(upstream).run(calls, "test", folder.resolve("j.jsonl"), _ -> {});
  }

  @Test
  void itStopsAsSoonAsItIsDecidedAndSaysSo() throws Exception {
    Replay.Result good = run(calls(5_000, "YES"));
    assertThat(good.verdict()).isEqualTo(Figure.Verdict.NOT_WORSE);
    assertThat(good.compared()).isBetween(50L, 500L);
    assertThat(server.seen().size()).isLessThan((int) good.compared() + 10);
    assertThat(server.last().json().path("stream").asBoolean(false)).isFalse();
  }

  @Test
  void anotherAnswerToEveryCallIsWorse() throws Exception {
    Replay.Result bad = run(calls(5_000, "no"));
    assertThat(bad.verdict()).isEqualTo(Figure.Verdict.WORSE);
    assertThat(bad.figures().get(1).candidateShare()).isEqualTo(1);
    assertThat(bad.figures().getFirst().verdict()).isNotEqualTo(Figure.Verdict.WORSE);
  }

  @Test
  void tooFewCallsAreUndecidedAndMoreOfThemGoOnFromThere() throws Exception {
    Replay.Result few = run(calls(20, "yes"));
    assertThat(few.verdict()).isEqualTo(Figure.Verdict.UNDECIDED);
    assertThat(few.compared()).isEqualTo(20);
    Replay.Result again = run(calls(30, "yes"));
    assertThat(again.reused()).isEqualTo(20);
    assertThat(again.compared()).isEqualTo(30);
    assertThat(server.seen()).hasSize(30);
  }

  /** Ends the run as Ctrl-C does, after so many answers. */
  private record Interrupting(Backend backend, AtomicInteger left, Thread thread)
      implements Backend {
    @Override
    public String name() {
      return backend.name();
    }

    @Override
    public Answer start(ApiRequest request, CallContext context) {
      if (left.decrementAndGet() == 0) thread.interrupt();
      return backend.start(request, context);
    }
  }

  @Test
  void anInterruptedReplayLosesAndRepeatsNothingEvenWithHalfALine() throws Exception {
    Replay first =
        replay(new Interrupting(upstream, new AtomicInteger(12), Thread.currentThread()));
    Path journal = folder.resolve("j.jsonl");
    assertThatThrownBy(() -> first.run(calls(40, "yes"), "test", journal, _ -> {}))
        .isInstanceOf(InterruptedException.class);
    int asked = server.seen().size();
    assertThat(Files.readAllLines(journal)).hasSize(asked + 1);
    Files.writeString(journal, "{\"call\":\"ab", StandardOpenOption.APPEND);
    Replay.Result whole = run(calls(40, "yes"));
    assertThat(whole.reused()).isEqualTo(asked);
    assertThat(whole.compared()).isEqualTo(40);
    assertThat(server.seen()).hasSize(40);
    assertThat(Files.readAllLines(journal)).hasSize(41);
  }

  @Test
  void aJournalOfAnotherReplayIsRefused() throws Exception {
    run(calls(3, "yes"));
    assertThatThrownBy(
            () -> replay(upstream).run(calls(3, "yes"), "x", folder.resolve("j.jsonl"), _ -> {}))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("another replay");
  }

  @Test
  void logsOfOtherShapesAreReadAndTheRestIsPassedOver() throws Exception {
    String openAi =
        "{\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]},"
            + "\"response\":{\"choices\":[{\"index\":0,\"message\":{\"content\":\"yes\"},"
            + "\"finish_reason\":\"stop\"}]}}";
    String liteLlm =
        "{\"request_id\":\"r\",\"messages\":\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"b\\\"}]\","
            + "\"model\":\"m\",\"response\":\"{\\\"choices\\\":[{\\\"message\\\":{\\\"content\\\":"
            + "\\\"yes\\\"}}]}\"}";
    String anthropic =
        "{\"request\":{\"model\":\"m\",\"max_tokens\":9,\"system\":\"s\",\"messages\":[{\"role\":"
            + "\"user\",\"content\":\"c\"}]},\"response\":{\"content\":[{\"type\":\"text\",\"text\":"
            + "\"yes\"}],\"stop_reason\":\"end_turn\"}}";
    Replay.Result result =
        run(each -> {
          for (String line :
              List.of(openAi, liteLlm, anthropic, "{\"input\":3}", "nonsense", "[]")) {
            each.line(line.getBytes(StandardCharsets.UTF_8));
          }
        });
    assertThat(result.compared()).isEqualTo(3);
    assertThat(result.passedOver()).isEqualTo(3);
    assertThat(result.figures()).allMatch(figure -> figure.candidateShare() == 0);
  }
}
