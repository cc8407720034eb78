package dev.kedge.http;

import static dev.kedge.http.Client.json;
import static dev.kedge.http.Client.rawPost;
import static dev.kedge.http.Client.readUntil;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.observe.Warns;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class LeavingClientsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private static byte[] completion(String script, String more) {
    return rawPost(
        "/v1/completions", "{\"model\":\"testing\",\"prompt\":\"" + script + "\"" + more + "}");
  }

  @Test
  void aClientThatLeavesWhileItsAnswerIsComputedFreesItsPlace() throws Exception {
    try (RunningServer running = new RunningServer(1)) {
      try (Socket socket = running.client.raw()) {
        socket.getOutputStream().write(completion("hang", ""));
        Client.await(() -> running.backend.taken() == 1);
      }
      Client.await(() -> running.backend.taken() == 0);
    }
  }

  @Test
  void aClientThatLeavesItsStreamFreesItsPlace() throws Exception {
    try (RunningServer running = new RunningServer(2)) {
      try (Socket socket = running.client.raw()) {
        socket.getOutputStream().write(completion("say a|hang", ",\"stream\":true,\"n\":2"));
        readUntil(socket.getInputStream(), "\"text\":\"a\"");
        Client.await(() -> running.backend.taken() == 2);
      }
      Client.await(() -> running.backend.taken() == 0);
    }
  }

  @Test
  void aNextRequestThatComesEarlyIsNoLeaving() throws Exception {
    try (RunningServer running = new RunningServer(2);
        Socket socket = running.client.raw()) {
      socket.getOutputStream().write(completion("say a|hang", ",\"stream\":true"));
      readUntil(socket.getInputStream(), "\"text\":\"a\"");
      socket.getOutputStream().write(completion("say next", ""));
      Thread.sleep(50);
      assertThat(running.backend.taken()).isEqualTo(1);
    }
  }

  @Test
  void requestsOfOneConnectionAreAnsweredInOrderHoweverTheyArrive() throws Exception {
    try (RunningServer running = new RunningServer(2);
        Socket socket = running.client.raw()) {
      for (int round = 0; round < 20; round++) {
        String two =
            new String(completion("say first", ""), StandardCharsets.UTF_8)
                + new String(completion("say second", ""), StandardCharsets.UTF_8);
        socket.getOutputStream().write(two.getBytes(StandardCharsets.UTF_8));
        InputStream in = socket.getInputStream();
        assertThat(readUntil(in, "\"text\":\"first\"")).doesNotContain("second");
        readUntil(in, "\"text\":\"second\"");
        readUntil(in, "}}}");
      }
    }
  }

  @Test
  void aFullServerSaysWhenToTryAgain() throws Exception {
    try (RunningServer running = new RunningServer(1)) {
      try (Socket socket = running.client.raw()) {
        socket.getOutputStream().write(completion("hang", ""));
        Client.await(() -> running.backend.taken() == 1);
        HttpResponse<String> refused =
            running.client.post("/v1/completions", "{\"model\":\"testing\",\"prompt\":\"say a\"}");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).contains("1");
        assertThat(json(refused).at("/error/type").stringValue()).isEqualTo("rate_limit_error");
      }
      Client.await(() -> running.backend.taken() == 0);
    }
  }

  @Test
  void choicesThatDoNotAllFindAPlaceTakeNone() throws Exception {
    try (RunningServer running = new RunningServer(3)) {
      HttpResponse<String> refused =
          running.client.post(
              "/v1/completions", "{\"model\":\"testing\",\"prompt\":\"hang\",\"n\":4}");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(running.backend.taken()).isZero();
    }
  }

  @Test
  void aCallThatTakesTooLongEnds() {
    HttpOptions options = RunningServer.options(LONG, LONG);
    try (RunningServer running = new RunningServer(1, SHORT, options)) {
      HttpResponse<String> response =
          running.client.post("/v1/completions", "{\"model\":\"testing\",\"prompt\":\"hang\"}");
      assertThat(response.statusCode()).isEqualTo(504);
      assertThat(json(response).at("/error/code").stringValue()).isEqualTo("deadline_exceeded");
      assertThat(running.backend.taken()).isZero();
    }
  }

  @Test
  void aSilentStreamGetsComments() throws Exception {
    HttpOptions options = RunningServer.options(LONG, SHORT);
    try (RunningServer running = new RunningServer(1, LONG, options);
        Socket socket = running.client.raw()) {
      socket.getOutputStream().write(completion("hang", ",\"stream\":true"));
      String head = readUntil(socket.getInputStream(), ": keep-alive\n\n");
      assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
      readUntil(socket.getInputStream(), ": keep-alive\n\n");
    }
  }

  @Test
  void aRequestThatDripsInIsCutOff() throws Exception {
    HttpOptions options = RunningServer.options(SHORT, LONG);
    try (RunningServer running = new RunningServer(1, LONG, options)) {
      for (String start :
          new String[] {
            "POST /v1/comp",
            "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Ty",
            "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 100\r\n\r\n{\"model\""
          }) {
        assertThat(running.client.exchange(start.getBytes(StandardCharsets.UTF_8))).isEmpty();
      }
    }
  }

  @Test
  void aConnectionWithoutARequestIsClosed() throws Exception {
    HttpOptions options = RunningServer.options(SHORT, LONG);
    try (RunningServer running = new RunningServer(1, LONG, options)) {
      assertThat(running.client.exchange(new byte[0])).isEmpty();
      try (Socket socket = running.client.raw()) {
        socket.getOutputStream().write(completion("say a", ""));
        InputStream in = socket.getInputStream();
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).endsWith("}}}");
      }
    }
  }

  @Test
  void aReaderThatDoesNotReadIsCutOff() throws Exception {
    HttpOptions options = RunningServer.options(SHORT, LONG);
    try (RunningServer running = new RunningServer(1, LONG, options);
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(
          new java.net.InetSocketAddress(
              java.net.InetAddress.getLoopbackAddress(), running.server.port()));
      String pieces = "|" + "x".repeat(2_000);
      socket
          .getOutputStream()
          .write(
              completion(
                  "say " + "y|".repeat(60_000) + pieces.repeat(300) + "|hang", ",\"stream\":true"));
      Client.await(() -> running.backend.started() == 1 && running.backend.taken() == 0);
    }
  }

  @Test
  @Warns("the server is shutting down")
  void aServerThatShutsDownFinishesWhatRunsAndTakesNothingNew() throws Exception {
    try (RunningServer running = new RunningServer(4);
        Socket socket = running.client.raw()) {
      socket.getOutputStream().write(completion("say a|hang", ",\"stream\":true"));
      readUntil(socket.getInputStream(), "\"text\":\"a\"");
      FutureTask<Integer> drain =
          new FutureTask<>(() -> running.gateway.drain(Duration.ofMillis(600)));
      Thread.ofVirtual().start(drain);
      Client.await(() -> !running.gateway.ready());
      HttpResponse<String> refused =
          running.client.post("/v1/completions", "{\"model\":\"testing\",\"prompt\":\"say a\"}");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(json(refused).at("/error/code").stringValue()).isEqualTo("shutting_down");
      assertThat(running.client.get("/health/ready").statusCode()).isEqualTo(503);
      readUntil(socket.getInputStream(), "\"code\":\"shutting_down\"");
      assertThat(drain.get()).isEqualTo(1);
    }
  }
}
