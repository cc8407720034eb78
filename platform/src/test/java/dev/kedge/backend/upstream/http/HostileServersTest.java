package dev.kedge.backend.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.backend.upstream.TestingUpstream.Fault;
import dev.kedge.base.Watchdog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that breaks the protocol costs bounded time and memory, and its answer is refused. */
class HostileServersTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "transfer-encoding: chunked\r\n\r\n";

  private TestingUpstream server;
  private Watchdog watchdog;
  private HttpPool pool;

  @BeforeEach
  void start() throws IOException {
    server = new TestingUpstream();
    watchdog = new Watchdog();
    pool =
        new HttpPool(
            HttpTarget.of(server.url()),
            Duration.ofSeconds(5),
            () -> (SSLSocketFactory) SSLSocketFactory.getDefault(),
            watchdog);
  }

  @AfterEach
  void stop() throws IOException {
    pool.close();
    watchdog.close();
    server.close();
  }

  private String ask(String answer) throws IOException {
    server.then(Fault.Raw.of(answer));
    return ask();
  }

  private String ask() throws IOException {
    HttpExchange exchange =
        pool.request("POST", "/any", "", new byte[] {'{', '}'}, 20_000_000_000L);
    exchange.send(20_000_000_000L);
    return new String(exchange.rest(1 << 20), StandardCharsets.UTF_8);
  }

  @Test
  void bodiesOfEveryLengthAreRead() throws IOException {
    assertThat(ask(OK + "Content-Length: 2\r\n\r\nabc")).isEqualTo("ab");
    assertThat(ask("HTTP/1.0 200\r\n\r\nuntil close")).isEqualTo("until close");
    assertThat(ask(CHUNKED + "2;ext=1\r\nab\r\n1\r\nc\r\n0\r\ntrailer: x\r\n\r\n"))
        .isEqualTo("abc");
    assertThat(
            ask(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\n"
                    + OK
                    + "Content-Length: 1\n\nx"))
        .isEqualTo("x");
    assertThat(ask("HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\n")).isEmpty();
  }

  static Stream<String> broken() {
    return Stream.of(
        "",
        "HTTP/1.1",
        "SSH-2.0-server\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(20),
        OK + "no colon\r\n\r\n",
        OK + " folded: x\r\n\r\n",
        OK + "na me: x\r\n\r\n",
        OK + "a: b\u0001\r\n\r\n",
        OK + "content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
        OK + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        OK + "content-length: -1\r\n\r\n",
        OK + "content-length: +5\r\n\r\nabcde",
        OK + "content-length: 99999999999999999999\r\n\r\n",
        OK + "content-length: 5, 5\r\n\r\nabcde",
        OK + "content-length: 10\r\n\r\nshort",
        OK + "transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        OK + "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        OK + "content-encoding: gzip\r\ncontent-length: 1\r\n\r\nx",
        OK + "a: b\r\n".repeat(300) + "\r\n",
        OK + "a: " + "b".repeat(100_000) + "\r\n\r\n",
        CHUNKED + "\r\n",
        CHUNKED + "x\r\n",
        CHUNKED + "-1\r\n",
        CHUNKED + "0x1\r\na\r\n0\r\n\r\n",
        CHUNKED + "1\r\nab\r\n0\r\n\r\n",
        CHUNKED + "ffffffffffffffff\r\n",
        CHUNKED + "7fffffffffffffff0\r\n",
        CHUNKED + "1;" + "x".repeat(40_000) + "\r\na\r\n0\r\n\r\n",
        CHUNKED + "1\r\na\r\n",
        CHUNKED + "1\r\na\r\n0\r\n",
        CHUNKED + "0\r\n" + "t: x\r\n".repeat(10_000) + "\r\n",
        OK + "\r\n" + "x".repeat((1 << 20) + 1));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenAnswerIsRefused(String answer) {
    HttpFailure failure = catchThrowableOfType(HttpFailure.class, () -> ask(answer));

    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isIn(HttpFailure.Kind.MALFORMED, HttpFailure.Kind.CLOSED);
    assertThat(pool.idleConnections()).isZero();
  }

  @Test
  void anyBytesEitherGiveABodyOrAFailure() throws IOException {
    Random random = new Random(3);
    byte[] good =
        (OK + "a: b\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    int read = 0;
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      byte[] bytes = good.clone();
      for (int i = 1 + random.nextInt(3); i > 0; i--)
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      server.then(new Fault.Raw(bytes));
      try {
        ask();
        read++;
      } catch (HttpFailure e) {
        refused++;
      }
    }
    assertThat(read).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  void bytesAfterAnAnswerAreNotTakenForTheNextOne() throws IOException {
    server.then(
        Fault.Raw.of(OK + "content-length: 1\r\n\r\na" + OK + "content-length: 1\r\n\r\nb"));
    assertThat(ask()).isEqualTo("a");
    server.then(Fault.Raw.of(OK + "content-length: 1\r\n\r\nc"));

    assertThat(ask()).isEqualTo("c");
    assertThat(server.accepted()).isEqualTo(2);
  }

  @Test
  void wordsOnAnIdleConnectionAreNotTakenForAnAnswer() throws Exception {
    String answer = OK + "content-length: 1\r\n\r\n";
    server.then(new Fault.Late(answer + "a", answer + "smuggled", 50));
    assertThat(ask()).isEqualTo("a");
    Thread.sleep(200);
    server.then(Fault.Raw.of(answer + "b"));

    assertThat(ask()).isEqualTo("b");
  }

  @Test
  void connectionsThatNobodyNeedsAreClosed() throws Exception {
    HttpPool brief =
        new HttpPool(
            HttpTarget.of(server.url()),
            Duration.ofSeconds(5),
            Duration.ofMillis(50),
            () -> (SSLSocketFactory) SSLSocketFactory.getDefault(),
            watchdog);
    for (int i = 0; i < 2; i++) {
      HttpExchange exchange = brief.request("GET", "/models", "", new byte[0], 20_000_000_000L);
      exchange.send(20_000_000_000L);
      exchange.rest(1 << 20);
      while (server.connections() > 0) Thread.sleep(5);
    }

    assertThat(brief.idleConnections()).isZero();
  }

  @Test
  void aServerThatAsksForTheConnectionToBeClosedGetsItClosed() throws IOException {
    for (int i = 0; i < 3; i++) ask(OK + "connection: close\r\ncontent-length: 1\r\n\r\nx");

    assertThat(pool.idleConnections()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://a.example/v1",
        "http:///v1",
        "http://user:word@a.example/v1",
        "http://a.example/v1?x=1",
        "http://a.example/v1#x"
      })
  void anAddressThatIsNoneIsRefused(String url) {
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class, () -> HttpTarget.of(java.net.URI.create(url))))
        .isNotNull();
  }

  @Test
  void anAddressMayBeOfTheSixthVersion() {
    HttpTarget target = HttpTarget.of(java.net.URI.create("http://[::1]:8000/v1/"));

    assertThat(target).isEqualTo(new HttpTarget(false, "::1", 8000, "/v1"));
    assertThat(target.authority()).isEqualTo("[::1]:8000");
  }

  @Test
  void aServerThatDoesNotReadTheRequestRunsOutOfTime() {
    server.always(new Fault.Stall(0));
    byte[] much = new byte[64 << 20];
    HttpExchange exchange = pool.request("POST", "/v1/chat/completions", "", much, 20_000_000_000L);
    server.stopReading();

    HttpFailure failure =
        catchThrowableOfType(HttpFailure.class, () -> exchange.send(300_000_000L));
    assertThat(failure.kind()).isEqualTo(HttpFailure.Kind.TIMEOUT);
  }
}
