package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.kedge.eval.run.RunStore;
import dev.kedge.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs of tasks and public data sets, against a real HTTP server that answers all alike. */
class EvalRunCommandTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();
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
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(stream.getBytes(StandardCharsets.UTF_8));
          }
        });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1#m";
    Files.writeString(
        folder.resolve("task.yaml"),
        """
        name: desk
        model: {file: model.gguf, sha256: "%s"}
        holdout: holdout.jsonl
        answer: json
        targets: {exact_match: 0.6}
        metrics:
          - exact
          - json
          - {type: cost, input_price: 1, output_price: 2}
        """
            .formatted("0".repeat(64)));
    Files.writeString(
        folder.resolve("holdout.jsonl"),
        "{\"input\":\"a\",\"expected\":{\"n\":1}}\n{\"input\":\"b\",\"expected\":{\"n\":2}}\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void aModelOfTheGatewayIsAskedWhereItsConfigurationSaysThatItListens() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("kedge.yaml"),
            "server: {port: %d}\nengine:\n  - {name: own, file: model.gguf}\nmodels:\n  - {name: desk, last_resort: own}\n"
                .formatted(server.getAddress().getPort()));
    CommandRun ran =
        CommandRun.of(
            "eval",
            "run",
            folder.toString(),
            "--config",
            config.toString(),
            "--data",
            folder.resolve("gateway-runs").toString(),
            "--model",
            "gateway:desk");
    assertThat(ran.out()).contains("desk at 127.0.0.1:" + server.getAddress().getPort());
    assertThat(asked.get()).isEqualTo(2);
  }

  @Test
  void anAddressWithAKeyInItIsRefusedWithoutSayingTheKey() throws Exception {
    for (String address : List.of("http://me:s3cret@127.0.0.1:1/v1#m", "http://x/v1?key=s3cret")) {
      CommandRun ran =
          CommandRun.of(
              "eval", "run", folder.toString(), "--data", folder.toString(), "--model", address);
      assertThat(ran.code()).isEqualTo(3);
      assertThat(ran.out() + ran.err()).contains("KEDGE_API_KEY").doesNotContain("s3cret");
    }
  }

  @Test
  void aRunIsKeptListedAndNotAskedTwice() throws IOException {
    String data = folder.resolve("data").toString();
    Files.createDirectories(folder.resolve("data"));
    CommandRun run =
        CommandRun.of("eval", "run", folder.toString(), "--model", url, "--data", data);
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).contains("exact", "50.0 %", "json.fields.f1", "cost", "report.html");
    CommandRun again =
        CommandRun.of("eval", "run", folder.toString(), "--model", url, "--data", data, "--json");
    assertThat(asked.get()).isEqualTo(2);
    JsonNode manifest = JSON.readTree(again.out());
    assertThat(manifest.path("reused").asInt()).isEqualTo(2);
    assertThat(manifest.path("state").asString()).isEqualTo("COMPLETE");
    try (Store store = Store.open("sqlite:" + folder.resolve("data").resolve("kedge.db"))) {
      assertThat(new RunStore(store).list(Optional.of("desk"), 10))
          .hasSize(2)
          .allSatisfy(row -> {
            assertThat(row.headline()).isEqualTo("exact");
            assertThat(row.value()).isEqualTo(0.5);
            assertThat(Path.of(row.folder()).resolve("cases.jsonl")).exists();
          });
    }
  }

  @Test
  void aPublicDataSetIsRunAsItComes() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("g.jsonl"),
            "{\"question\":\"1?\",\"answer\":\"#### 1\"}\n"
                + "{\"question\":\"2?\",\"answer\":\"#### 1\"}\n");
    CommandRun run =
        CommandRun.of(
            "eval",
            "filter",
            "gsm8k",
            file.toString(),
            "--model",
            url,
            "--data",
            folder.toString(),
            "--limit",
            "1");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("gsm8k", "100.0 %");
    assertThat(asked.get()).isEqualTo(1);
  }

  @Test
  void wrongUseAndWhatATargetCannotDoAreTold() throws IOException {
    CommandRun none = CommandRun.of("eval", "filter", "nothing", "x", "--model", url);
    assertThat(none.code()).isEqualTo(3);
    assertThat(none.err()).contains("no public filter is called 'nothing'");
    Path mmlu = Files.writeString(folder.resolve("physics_test.csv"), "q,1,2,3,4,A\n");
    CommandRun echo =
        CommandRun.of(
            "eval", "filter", "mmlu", mmlu.toString(), "--model", url, "--data", folder.toString());
    assertThat(echo.code()).isEqualTo(3);
    assertThat(echo.err()).contains("does not tell the log-probabilities");
    assertThat(CommandRun.of("eval", "run").code()).isEqualTo(2);
    CommandRun gateway = CommandRun.of("eval", "run", folder.toString(), "--model", "gateway:desk");
    assertThat(gateway.err()).contains("needs --config");
    for (String command : new String[] {"run", "filter"}) {
      assertThat(CommandRun.of("eval", command, "--help").out())
          .contains("Example: kedge eval " + command);
    }
  }
}
