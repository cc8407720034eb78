package dev.kedge.app;

import static dev.kedge.app.RunningGateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call that its caller named with Idempotency-Key is made once, whatever happens to the caller.
 */
@Timeout(120)
class NamedCallsTest {
  @TempDir private Path folder;
  private TestingUpstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream = new TestingUpstream();
  }

  @AfterEach
  void stop() throws IOException {
    upstream.close();
  }

  private String yaml() {
    return """
    upstreams:
      - name: one
        url: %s
        health: {path: none}
        metrics: {path: none}
        models: [{name: m, price: {input: 1, output: 2}}]
    models: [{name: m, upstreams: [[one]]}]
    """
        .formatted(upstream.url());
  }

  private static HttpResponse<String> ask(RunningGateway gateway, String key, String more) {
    return gateway.send(
        gateway
            .request("/v1/chat/completions")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chatBody("m", more))));
  }

  private static String repeated(HttpResponse<String> response) {
    return response.headers().firstValue("x-kedge-repeated").orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"stream\":true"})
  void askedAgainItGivesTheSameAnswerAndMakesAndMetersNoSecondCall(String more) throws Exception {
    try (RunningGateway gateway = new RunningGateway(folder, yaml())) {
      HttpResponse<String> first = ask(gateway, "call-1", more);
      HttpResponse<String> second = ask(gateway, "call-1", more);
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(second.body()).isEqualTo(first.body());
      assertThat(second.headers().firstValue("x-request-id"))
          .isEqualTo(first.headers().firstValue("x-request-id"));
      assertThat(repeated(first)).isEmpty();
      assertThat(repeated(second)).isEqualTo("true");
      assertThat(upstream.seen()).hasSize(1);
      ask(gateway, "call-2", more);
      assertThat(upstream.seen()).hasSize(2);
      assertThat(gateway.records(2)).hasSize(2);
    }
  }

  @Test
  void anotherQuestionUnderTheSameNameIsRefused() throws Exception {
    try (RunningGateway gateway = new RunningGateway(folder, yaml())) {
      ask(gateway, "call", "");
      HttpResponse<String> other = ask(gateway, "call", "\"temperature\":1");
      assertThat(other.statusCode()).isEqualTo(400);
      assertThat(other.body()).contains("idempotency_key_reused");
      assertThat(ask(gateway, "a b", "").body()).contains("invalid_header");
      assertThat(ask(gateway, "k".repeat(256), "").body()).contains("invalid_header");
      assertThat(upstream.seen()).hasSize(1);
    }
  }

  @Test
  void twoWhoAskAtTheSameTimeShareOneCall() throws Exception {
    upstream.always(new TestingUpstream.Fault.Slow(30));
    try (RunningGateway gateway = new RunningGateway(folder, yaml())) {
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(CompletableFuture.supplyAsync(() -> ask(gateway, "same", "\"stream\":true")));
      }
      Set<String> bodies = new HashSet<>();
      for (CompletableFuture<HttpResponse<String>> one : all) {
        bodies.add(one.get(20, TimeUnit.SECONDS).body());
      }
      assertThat(bodies).hasSize(1).allMatch(body -> body.endsWith("data: [DONE]\n\n"));
      assertThat(upstream.seen()).hasSize(1);
    }
  }

  @Test
  void aCallerWhoLeavesFindsTheWholeAnswerWhenItComesBack() throws Exception {
    upstream.always(new TestingUpstream.Fault.Slow(60));
    try (RunningGateway gateway = new RunningGateway(folder, yaml())) {
      String body = RunningGateway.chatBody("m", "\"stream\":true");
      URI address = gateway.request("/v1/chat/completions").build().uri();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
        OutputStream out = socket.getOutputStream();
        out.write(
            ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: k\r\n"
                    + "Content-Type: application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.UTF_8));
        out.flush();
        await(() -> upstream.seen().size() == 1);
        assertThat(socket.getInputStream().read()).isPositive();
      }
      HttpResponse<String> again = ask(gateway, "k", "\"stream\":true");
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(again.body()).endsWith("data: [DONE]\n\n");
      assertThat(repeated(again)).isEqualTo("true");
      assertThat(upstream.seen()).hasSize(1);
    }
  }

  @Test
  void whatFailedIsNotKept() throws Exception {
    upstream.always(new TestingUpstream.Fault.Status(500, "", "{\"error\":{\"message\":\"no\"}}"));
    try (RunningGateway gateway = new RunningGateway(folder, yaml())) {
      assertThat(ask(gateway, "k", "").statusCode()).isGreaterThanOrEqualTo(500);
      int failed = upstream.seen().size();
      upstream.always(new TestingUpstream.Fault.None());
      HttpResponse<String> again = ask(gateway, "k", "");
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(repeated(again)).isEmpty();
      assertThat(upstream.seen()).hasSize(failed + 1);
    }
  }

  @Test
  void namesBelongToTheirTenant() throws Exception {
    try (RunningGateway gateway =
        RunningGateway.keyed(folder, yaml(), "sales", dev.kedge.access.KeyTerms.user())) {
      ask(gateway, "k", "");
      gateway.useKey("support", dev.kedge.access.KeyTerms.user());
      assertThat(repeated(ask(gateway, "k", ""))).isEmpty();
      assertThat(upstream.seen()).hasSize(2);
      gateway.useKey("sales", dev.kedge.access.KeyTerms.user());
      assertThat(repeated(ask(gateway, "k", ""))).isEqualTo("true");
      assertThat(upstream.seen()).hasSize(2);
    }
  }

  /** Against Kedge's own server a killed evaluation costs no call twice. */
  @Test
  void anEvaluationThatIsKilledAndGoesOnMakesNoCallTwice() throws Exception {
    int count = 120;
    upstream.always(new TestingUpstream.Fault.Slow(8));
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++)
      lines.append("{\"input\":\"q%d\",\"expected\":\"a\"}\n".formatted(i));
    Path cases = Files.writeString(folder.resolve("cases.jsonl"), lines);
    Path data = Files.createDirectories(folder.resolve("runs-of-test"));
    try (RunningGateway gateway = new RunningGateway(folder, yaml())) {
      URI address = gateway.request("/v1").build().uri();
      for (int kill = 0; kill < 2; kill++) {
        int enough = upstream.seen().size() + 25;
        Process process = evaluation(data, cases, address);
        while (process.isAlive() && upstream.seen().size() < enough) Thread.sleep(1);
        assertThat(process.isAlive()).as("killed in its midst").isTrue();
        process.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      }
      Process last = evaluation(data, cases, address);
      assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).isZero();
      RunFolder run = RunFolder.of(data, RunFolder.ids(data).getFirst());
      assertThat(run.manifest().state()).isEqualTo(RunManifest.State.COMPLETE);
      assertThat(run.manifest().cases()).isEqualTo(count);
      assertThat(run.manifest().failed()).isZero();
      // Calls were under way at the kills, and yet none was computed twice.
      assertThat(run.manifest().notes()).anyMatch(note -> note.contains("under way"));
      assertThat(upstream.seen()).hasSize(count);
      assertThat(upstream.seen().stream().map(TestingUpstream.Seen::body).distinct())
          .hasSize(count);
    }
  }

  private static Process evaluation(Path data, Path cases, URI address) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.kedge.eval.run.RunningEval",
            data.toString(),
            cases.toString(),
            address.toString());
    return new ProcessBuilder(command).inheritIO().start();
  }
}
