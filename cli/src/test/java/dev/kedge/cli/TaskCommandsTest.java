package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The commands around a task folder, against a real HTTP server that answers every question alike.
 */
class TaskCommandsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    String stream =
        "data:"
            + " {\"choices\":[{\"delta\":{\"content\":\"{\\\"n\\\":1}\"},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5}}\n\n"
            + "data: [DONE]\n\n";
    respond("/v1/chat/completions", stream);
    respond("/v1/models", "{\"data\":[{\"id\":\"same\"}]}");
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    Files.writeString(
        folder.resolve("task.yaml"),
        """
        name: desk
        model: {file: model.gguf, sha256: "%s"}
        holdout: holdout.jsonl
        answer: json
        targets: {exact_match: 0.6}
        cost: {api_model: gpt-4o, server: own-small, requests_per_month: 1000}
        """
            .formatted("0".repeat(64)));
    Files.writeString(
        folder.resolve("holdout.jsonl"),
        "{\"input\":\"a\",\"expected\":{\"n\":1}}\n{\"input\":\"b\",\"expected\":{\"n\":2}}\n");
  }

  private void respond(String path, String body) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void evalComparesTwoServersAndEndsWithOneWhereATargetIsMissed() throws IOException {
    Path out = folder.resolve("out");
    CommandRun run =
        CommandRun.of(
            "eval",
            folder.toString(),
            "--model",
            url,
            "--model",
            url + "/v1#named",
            "--out",
            out.toString());
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out())
        .contains("same at 127.0.0.1", "named at 127.0.0.1", "50.0 %", "n = 2", "McNemar");
    JsonNode json = JSON.readTree(Files.readString(out.resolve("evaluation.json")));
    assertThat(json.path("runs").path(1).path("failures").size()).isEqualTo(1);
    assertThat(Files.readString(out.resolve("evaluation.html"))).contains("wrong answers");
  }

  @Test
  void evalEndsWithZeroWhereTheTargetsAreReached() throws IOException {
    Path task = folder.resolve("task.yaml");
    Files.writeString(task, Files.readString(task).replace("exact_match: 0.6", "exact_match: 0.5"));
    CommandRun run = CommandRun.of("eval", folder.toString(), "--model", url, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(JSON.readTree(run.out()).path("runs").path(0).path("exactMatch").path("n").asInt())
        .isEqualTo(2);
  }

  @Test
  void loadReportsWhatCameBack() throws IOException {
    Path out = folder.resolve("out");
    CommandRun run =
        CommandRun.of(
            "load",
            url,
            "--rate",
            "20",
            "--duration",
            "500ms",
            "--arrivals",
            "constant",
            "--prompts",
            folder.resolve("holdout.jsonl").toString(),
            "--out",
            out.toString(),
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.path("sent").asInt()).isEqualTo(10);
    assertThat(json.path("answered").asInt()).isEqualTo(10);
    assertThat(json.path("completionTokens").asInt()).isEqualTo(50);
    assertThat(Files.readString(out.resolve("load.html"))).contains("Latency by percentile");
  }

  @Test
  void costNeedsMeasurementsAndShowsEveryInput() throws IOException {
    CommandRun lacking = CommandRun.of("cost", folder.toString());
    assertThat(lacking.code()).isEqualTo(2);
    assertThat(lacking.err()).contains("--report");
    Path report = folder.resolve("report.json");
    Files.writeString(
        report,
        "{\"measured\":{\"promptTokens\":20,\"completionTokens\":30,\"answersPerSecond\":5,"
            + "\"source\":\"a pilot\"}}");
    CommandRun run = CommandRun.of("cost", folder.toString(), "--report", report.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("break-even", "a pilot", "Inputs", "as of");
    CommandRun typed =
        CommandRun.of(
            "cost",
            folder.toString(),
            "--answers-per-second",
            "5",
            "--prompt-tokens",
            "20",
            "--completion-tokens",
            "30",
            "--json");
    assertThat(JSON.readTree(typed.out()).path("standing").asString()).isEqualTo("dearer");
    Files.writeString(report, "{}");
    CommandRun other = CommandRun.of("cost", folder.toString(), "--report", report.toString());
    assertThat(other.code()).isEqualTo(3);
    assertThat(other.err()).contains("is not a pilot's report.json");
    assertThat(CommandRun.of("cost", "--print-prices").out()).contains("per_kwh");
  }

  @Test
  void wrongUseIsToldInOneLine() {
    assertThat(CommandRun.of("load", url, "--rate", "1", "--duration", "soon").code()).isEqualTo(2);
    assertThat(CommandRun.of("load", url, "--rate", "0", "--duration", "1s").code()).isEqualTo(2);
    CommandRun none = CommandRun.of("eval", folder.toString());
    assertThat(none.code()).isEqualTo(3);
    assertThat(none.err()).contains("no model at");
    CommandRun pilot = CommandRun.of("pilot", folder.toString(), "--out", folder + "/p");
    assertThat(pilot.code()).isEqualTo(3);
    assertThat(pilot.err()).contains("no model at").contains("--model FILE");
    CommandRun nowhere = CommandRun.of("pilot", folder + "/nothing");
    assertThat(nowhere.err()).contains("a task folder holds a task.yaml");
    for (String command : new String[] {"eval", "load", "cost", "pilot"}) {
      assertThat(CommandRun.of(command, "--help").out()).contains("Example: kedge " + command);
    }
  }
}
