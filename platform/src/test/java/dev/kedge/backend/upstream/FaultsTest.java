package dev.kedge.backend.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kedge.backend.Answer;
import dev.kedge.backend.upstream.TestingUpstream.Fault;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.CallContext;
import dev.kedge.config.UpstreamKind;
import dev.kedge.observe.Warns;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong at a server is told, in time and in the right words. */
class FaultsTest {
  private static final String STREAM = "{\"model\":\"small\",\"messages\":[],\"stream\":true}";
  private static final String WHOLE = "{\"model\":\"small\",\"messages\":[]}";

  private TestingUpstream server;
  private Watchdog watchdog;

  @BeforeEach
  void start() throws IOException {
    server = new TestingUpstream();
    watchdog = new Watchdog();
  }

  @AfterEach
  void stop() throws IOException {
    watchdog.close();
    server.close();
  }

  private Upstream upstream() {
    return Calls.upstream(server.url(), UpstreamKind.OPENAI, watchdog);
  }

  private Upstream hurried(int firstMillis, int betweenMillis, int totalMillis) {
    String timeouts =
        "{connect: 5s, first_token: %dms, between_tokens: %dms, total: %dms}"
            .formatted(firstMillis, betweenMillis, totalMillis);
    return Calls.upstream(Calls.section(server.url(), UpstreamKind.OPENAI, timeouts), watchdog);
  }

  private static Answer ask(Upstream upstream, String body) {
    return upstream.start(Calls.sent(Api.CHAT_COMPLETIONS, body), Calls.context());
  }

  private static Failure failure(Answer answer) {
    KedgeException thrown = catchThrowableOfType(KedgeException.class, () -> Calls.all(answer));
    assertThat(thrown).isNotNull();
    return thrown.failure();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6})
  void aStreamThatBreaksOffFails(int events) throws InterruptedException {
    server.then(new Fault.Die(events));
    Answer answer = ask(upstream(), STREAM);
    for (int i = 0; i < events; i++) assertThat(answer.next()).isInstanceOf(AnswerPart.Frame.class);

    assertThat(failure(answer))
        .isInstanceOfSatisfying(
            Failure.UpstreamFailed.class, failed -> assertThat(failed.status()).isEqualTo(502));
    assertThat(failure(answer)).isInstanceOf(Failure.UpstreamFailed.class);
  }

  @Test
  void aStreamThatEndsWithoutItsLastEventFails() {
    server.then(Fault.Events.of("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"));

    assertThat(failure(ask(upstream(), STREAM)).message()).contains("before its end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}\n\n",
        "data: {\"choices\":\"un\n\n",
        "data: surprise\n\n",
        "data: [1,2]\n\n",
        "data: {}{}\n\n"
      })
  void anEventThatIsNoJsonObjectFails(String event) {
    server.then(Fault.Events.of(event + "data: [DONE]\n\n"));

    assertThat(failure(ask(upstream(), STREAM)).code()).isEqualTo("upstream_malformed");
  }

  @Test
  void anErrorWithinTheStreamFailsInTheServersWords() throws InterruptedException {
    server.then(
        Fault.Events.of(
            "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"
                + "data: {\"error\":{\"message\":\"out of memory\",\"code\":500}}\n\n"));
    Answer answer = ask(upstream(), STREAM);

    assertThat(answer.next()).isInstanceOf(AnswerPart.Frame.class);
    assertThat(failure(answer).message()).isEqualTo("out of memory");
  }

  @Test
  void anEventWithoutEndIsGivenUp() {
    byte[] endless = new byte[9 << 20];
    java.util.Arrays.fill(endless, (byte) 'x');
    server.then(new Fault.Events(endless, 1 << 16));

    assertThat(failure(ask(upstream(), STREAM)).message()).contains("longer than 8 MiB");
  }

  @Test
  void noFirstTokenInTimeIsATimeout() {
    server.then(new Fault.Stall(0));

    assertThat(failure(ask(hurried(150, 60_000, 60_000), STREAM)))
        .isInstanceOf(Failure.TimedOut.class)
        .satisfies(failed -> assertThat(failed.message()).contains("no first token within 150 ms"));
  }

  @Test
  void aStallBetweenTokensIsATimeout() {
    server.then(new Fault.Stall(3));

    assertThat(failure(ask(hurried(60_000, 150, 60_000), STREAM)).message())
        .isEqualTo("the upstream sent nothing for 150 ms");
  }

  @Test
  void bytesThatTrickleDoNotHoldATimeoutUp() {
    server.then(new Fault.Trickle(10));

    assertThat(failure(ask(hurried(400, 400, 60_000), STREAM)))
        .isInstanceOf(Failure.TimedOut.class);
  }

  @Test
  void aStreamThatGoesOnTooLongIsATimeout() {
    server.then(new Fault.Slow(60));

    assertThat(failure(ask(hurried(60_000, 60_000, 250), STREAM)).message())
        .contains("did not complete its answer within 250 ms");
  }

  @Test
  void theCallersDeadlineBoundsAWholeAnswer() {
    server.then(new Fault.Stall(0));
    CallContext soon = new CallContext("call-1", 1, 1, System.nanoTime() + 150_000_000L);
    Answer answer = upstream().start(Calls.sent(Api.CHAT_COMPLETIONS, STREAM), soon);

    assertThat(failure(answer).message()).isEqualTo("the deadline of the call has passed");
  }

  @Test
  void aSlowReaderIsNoFaultOfTheServer() throws InterruptedException {
    Answer answer = ask(hurried(60_000, 100, 60_000), STREAM);
    answer.next();
    Thread.sleep(300);

    assertThat(Calls.all(answer).getLast()).isInstanceOf(AnswerPart.End.class);
  }

  @Test
  void aSlowReaderSlowsTheServer() throws InterruptedException {
    RecordedAnswers much = RecordedAnswers.saying(("x".repeat(4_000) + " ").repeat(5_000));
    server.says(much);
    Answer answer = ask(upstream(), STREAM);
    answer.next();

    long before = -1;
    while (server.eventsSent() != before) {
      before = server.eventsSent();
      Thread.sleep(100);
    }
    assertThat(before).isBetween(1L, 4_500L);
    assertThat(Calls.all(answer)).hasSizeGreaterThan(5_000);
  }

  @Test
  void cancellingStopsTheServer() throws InterruptedException {
    server.always(new Fault.Slow(20));
    server.says(RecordedAnswers.saying("word ".repeat(1_000)));
    Answer answer = ask(upstream(), STREAM);
    answer.next();
    answer.cancel();

    while (server.connections() > 0) Thread.sleep(5);
    assertThat(server.brokenOff()).isEqualTo(1);
    assertThat(server.eventsSent()).isLessThan(100);
    assertThat(failure(answer)).isInstanceOf(Failure.UpstreamFailed.class);
  }

  @Test
  void cancellingWakesWhoeverWaitsForAPart() throws InterruptedException {
    server.then(new Fault.Stall(1));
    Answer answer = ask(upstream(), STREAM);
    answer.next();
    AtomicReference<Failure> told = new AtomicReference<>();
    Thread reader = Thread.ofVirtual().start(() -> told.set(failure(answer)));
    Thread.sleep(50);
    answer.cancel();

    reader.join(5_000);
    assertThat(told.get()).isInstanceOf(Failure.UpstreamFailed.class);
  }

  @Test
  void cancellingBeforeTheFirstPartSendsNothing() {
    Answer answer = ask(upstream(), STREAM);
    answer.cancel();

    assertThat(failure(answer)).isInstanceOf(Failure.UpstreamFailed.class);
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void aLateCancelDoesNotHurtTheNextCall() throws InterruptedException {
    Upstream upstream = upstream();
    Answer first = ask(upstream, STREAM);
    Calls.all(first);
    Answer second = ask(upstream, STREAM);
    second.next();
    first.cancel();

    assertThat(Calls.all(second).getLast()).isInstanceOf(AnswerPart.End.class);
    assertThat(server.accepted()).isEqualTo(1);
  }

  static Stream<Failure> statuses() {
    return Stream.of(
        new Failure.UpstreamFailed("told", "bad_thing", 400, false),
        new Failure.UpstreamFailed("told", "bad_thing", 404, false),
        new Failure.UpstreamFailed("told", "bad_thing", 413, false),
        new Failure.UpstreamFailed("told", "bad_thing", 422, false),
        new Failure.TimedOut("told", "upstream_timeout"));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void whatTheCallerCanMendIsPassedOn(Failure expected) {
    server.then(
        new Fault.Status(
            expected.status(), "", "{\"error\":{\"message\":\"told\",\"code\":\"bad_thing\"}}"));

    assertThat(failure(ask(upstream(), WHOLE))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503, 529})
  void anOverloadedServerSaysWhenToComeAgain(int status) {
    server.then(new Fault.Status(status, "Retry-After: 7\r\n", "{\"detail\":\"full\"}"));

    assertThat(failure(ask(upstream(), STREAM)))
        .isEqualTo(new Failure.Unavailable("full", "upstream_overloaded", 7));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 402, 403})
  @Warns("check its key, its rights and its account")
  void aKeyThatIsRefusedIsNoFaultOfTheCaller(int status) {
    server.then(new Fault.Status(status, "", "{\"error\":{\"message\":\"Bad key secret-key-1\"}}"));

    assertThat(failure(ask(upstream(), WHOLE)))
        .isEqualTo(
            new Failure.UpstreamFailed(
                "the upstream does not let us in", "upstream_unauthorized", 502, true));
  }

  @Test
  @Warns("answered 401: check its key")
  void aKeyIsReadAgainWhereItWasRefused() throws InterruptedException, IOException {
    Path key = Calls.key("old-key");
    Upstream upstream =
        Calls.upstream(
            Calls.section(server.url(), UpstreamKind.OPENAI, Calls.PATIENT, key), watchdog);
    Calls.all(ask(upstream, WHOLE));
    Files.writeString(key, "new-key");
    server.then(new Fault.Status(401, "", "{}"));
    failure(ask(upstream, WHOLE));
    Calls.all(ask(upstream, WHOLE));

    List<String> sent = server.seen().stream().map(s -> s.headers().get("authorization")).toList();
    assertThat(sent).startsWith("Bearer old-key").endsWith("Bearer new-key");
  }

  @Test
  void aKeyInAMessageIsHidden() {
    server.then(
        new Fault.Status(400, "", "{\"error\":{\"message\":\"header secret-key-1 is odd\"}}"));

    assertThat(failure(ask(upstream(), WHOLE)).message()).isEqualTo("header … is odd");
  }

  @Test
  void aServerThatIsNotThereCanBeTriedLater() throws Exception {
    Upstream upstream = upstream();
    server.close();

    // A port that is taken but not listened on is nobody else's meanwhile.
    try (Socket _ = bound(server.url().getPort())) {
      assertThat(failure(ask(upstream, STREAM)))
          .isInstanceOfSatisfying(
              Failure.UpstreamFailed.class,
              failed -> {
                assertThat(failed.retryable()).isTrue();
                assertThat(failed.message()).doesNotContain("127.0.0.1");
              });
    }
  }

  /* The port is free once the thread that accepted connections there has seen its end. */
  private static Socket bound(int port) throws IOException, InterruptedException {
    for (int attempt = 0; ; attempt++) {
      Socket socket = new Socket();
      try {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
      } catch (BindException e) {
        socket.close();
        if (attempt == 500) throw e;
        Thread.sleep(10);
      }
    }
  }

  @Test
  void aConnectionThatWasClosedWhileIdleIsReplaced() throws Exception {
    Upstream upstream = upstream();
    Calls.all(ask(upstream, STREAM));
    server.dropConnections();
    while (server.connections() > 0) Thread.sleep(5);
    Calls.all(ask(upstream, STREAM));

    assertThat(server.accepted()).isEqualTo(2);
    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void aRequestIsNotSentTwiceOnAFreshConnection() {
    server.then(new Fault.Silent());
    failure(ask(upstream(), STREAM));

    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void aRequestIsNotSentTwiceOnceAByteOfAnAnswerCame() throws InterruptedException {
    Upstream upstream = upstream();
    Calls.all(ask(upstream, STREAM));
    server.then(Fault.Raw.of("H"));
    failure(ask(upstream, STREAM));

    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void anInterruptedReaderIsToldAndTheServerStops() throws InterruptedException {
    server.then(new Fault.Stall(1));
    Answer answer = ask(upstream(), STREAM);
    answer.next();
    AtomicReference<Throwable> told = new AtomicReference<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                answer.next();
              } catch (InterruptedException | RuntimeException e) {
                told.set(e);
              }
            });
    Thread.sleep(50);
    reader.interrupt();
    reader.join(5_000);

    assertThat(told.get()).isInstanceOf(InterruptedException.class);
  }
}
