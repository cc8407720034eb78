package dev.kedge.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.backend.OpenAiClient;
import dev.kedge.backend.OpenAiClient.Question;
import dev.kedge.backend.TestingServer;
import dev.kedge.backend.TestingServer.Reply;
import dev.kedge.config.TaskFile.Arrivals;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadTestTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService single = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    virtual.shutdownNow();
    single.shutdownNow();
  }

  private static LoadPlan plan(double rate, long millis, LoadPlan.Goal goal) {
    return new LoadPlan(
        rate,
        Duration.ofMillis(millis),
        Arrivals.CONSTANT,
        1,
        List.of(Question.of("", "one", 8, 0), Question.of("", "two", 8, 0)),
        goal);
  }

  private static LoadPlan plan(double rate, long millis) {
    return plan(rate, millis, new LoadPlan.Goal(LONG, LONG, LONG));
  }

  @Test
  void aStallShowsInEveryRequestThatWasDueWhileItLasted() throws Exception {
    CountDownLatch allSent = new CountDownLatch(1);
    try (TestingServer server =
            new TestingServer(
                (call, question) -> {
                  if (call == 0) allSent.await();
                  return Reply.of("answer");
                },
                single);
        OpenAiClient client = server.client(Duration.ofSeconds(30))) {
      LoadResult result =
          LoadTest.run(
              plan(50, 600),
              client,
              (sent, planned, answered, failed) -> {
                if (sent == planned) allSent.countDown();
              });
      assertThat(result.answered()).isEqualTo(30);
      // Nothing was answered before the last request was due at 580 ms: the first one took at least
      // that long, the middle one at least half. Waiting for each other, all but one would be fast.
      assertThat(result.total().max()).isGreaterThanOrEqualTo(579);
      assertThat(result.total().p50()).isGreaterThanOrEqualTo(280);
      assertThat(result.firstToken().p50()).isGreaterThanOrEqualTo(280);
    }
  }

  @Test
  void whatTheClientSendsLateCountsAgainstTheServer() {
    LoadResult.Recorder recorder = new LoadResult.Recorder(plan(1, 1000));
    Duration ms = Duration.ofMillis(1);
    recorder.answered(
        new OpenAiClient.Answered("x", "stop", 3, 2, ms, List.of(ms), ms.multipliedBy(2)),
        Duration.ofMillis(100).toNanos());
    LoadResult result = recorder.result(Duration.ofSeconds(1));
    assertThat(result.firstToken().max()).isBetween(100.9, 101.2);
    assertThat(result.total().max()).isBetween(101.9, 102.2);
    assertThat(result.sendingLate().max()).isBetween(99.9, 100.2);
    assertThat(result.betweenTokens().max()).isBetween(0.99, 1.01);
  }

  @Test
  void errorsAreCountedByKindAndDoNotLowerLatencies() throws Exception {
    try (TestingServer server =
            new TestingServer(
                (call, question) ->
                    switch (call % 4) {
                      case 0 -> new Reply(429, "slow down", true);
                      case 1 -> new Reply(500, "broken", true);
                      case 2 -> new Reply(200, "half", false);
                      default -> Reply.of("whole");
                    },
                virtual);
        OpenAiClient client = server.client(Duration.ofSeconds(30))) {
      LoadResult result = LoadTest.run(plan(100, 200), client, (s, p, a, f) -> {});
      assertThat(result.errors())
          .isEqualTo(new TreeMap<>(Map.of("http_429", 5L, "http_500", 5L, "broken_stream", 5L)));
      assertThat(result.answered()).isEqualTo(5);
      assertThat(result.sent()).isEqualTo(20);
      assertThat(result.goodShare()).isEqualTo(0.25);
      assertThat(result.total().n()).isEqualTo(5);
      assertThat(result.promptTokens()).isEqualTo(100);
    }
  }

  @Test
  void silenceIsATimeoutAndAClosedPortAFailedConnection() throws Exception {
    URI nobody;
    try (TestingServer server =
            new TestingServer(
                (call, question) -> {
                  Thread.sleep(60_000);
                  return Reply.of("never");
                },
                virtual);
        OpenAiClient client = server.client(Duration.ofMillis(200))) {
      assertThat(LoadTest.run(plan(20, 100), client, (s, p, a, f) -> {}).errors())
          .isEqualTo(new TreeMap<>(Map.of("timeout", 2L)));
      nobody = server.url();
      virtual.shutdownNow();
    }
    try (OpenAiClient client =
        new OpenAiClient(nobody, "m", Optional.empty(), Duration.ofSeconds(5))) {
      assertThat(LoadTest.run(plan(20, 100), client, (s, p, a, f) -> {}).errors())
          .isEqualTo(new TreeMap<>(Map.of("connect", 2L)));
    }
  }

  @Test
  void goodputCountsOnlyWhatKeepsEveryLimit() throws Exception {
    try (TestingServer server = new TestingServer((call, q) -> Reply.of("answer"), virtual);
        OpenAiClient client = server.client(Duration.ofSeconds(30))) {
      LoadResult all = LoadTest.run(plan(50, 100), client, (s, p, a, f) -> {});
      assertThat(all.good()).isEqualTo(5);
      assertThat(all.goodput()).isEqualTo(all.answersPerSecond());
      Duration never = Duration.ofNanos(1);
      LoadResult late =
          LoadTest.run(
              plan(50, 100, new LoadPlan.Goal(LONG, LONG, never)), client, (s, p, a, f) -> {});
      assertThat(late.good()).isZero();
      assertThat(late.totalInTime()).isZero();
      assertThat(late.firstTokenInTime()).isEqualTo(5);
      LoadResult slowStart =
          LoadTest.run(
              plan(50, 100, new LoadPlan.Goal(never, LONG, LONG)), client, (s, p, a, f) -> {});
      assertThat(slowStart.good()).isZero();
      assertThat(slowStart.totalInTime()).isEqualTo(5);
      String table = new LoadReport(late).table();
      assertThat(table).contains("goodput 0.00").contains("p99").contains("sent 5, answered 5");
    }
  }

  @Test
  void anInterruptEndsTheTest() throws Exception {
    try (TestingServer server = new TestingServer((call, q) -> Reply.of("answer"), virtual);
        OpenAiClient client = server.client(Duration.ofSeconds(30))) {
      Thread here = Thread.currentThread();
      assertThatThrownBy(
              () -> LoadTest.run(plan(10, 3_600_000), client, (s, p, a, f) -> here.interrupt()))
          .isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void plansThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> plan(0, 100)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> plan(1e9, 3_600_000)).hasMessageContaining("lower the rate");
    assertThatThrownBy(() -> plan(Double.NaN, 100)).hasMessageContaining("above 0");
  }
}
