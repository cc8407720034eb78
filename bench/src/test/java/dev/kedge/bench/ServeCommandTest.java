package dev.kedge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.app.TinyModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kedge serve} as a process of its own. */
class ServeCommandTest {
  private static final int KILLED_BY_SIGTERM = 128 + 15;

  @TempDir private Path folder;

  private Process serve(String... more) throws IOException {
    Path model = folder.resolve("order-desk.gguf");
    if (!Files.exists(model)) TinyModel.write(model, 2048);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.kedge.cli.Kedge",
                "serve",
                "--model",
                model.toString(),
                "--threads",
                "1"));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(log().toFile()).start();
  }

  private Path log() {
    return folder.resolve("errors.log");
  }

  private static String url(String ready) {
    return ready.substring("ready ".length(), ready.indexOf(" model "));
  }

  private static HttpRequest stream(String url) {
    return HttpRequest.newBuilder(URI.create(url + "/completions"))
        .header("Content-Type", "application/json")
        .POST(
            HttpRequest.BodyPublishers.ofString(
                "{\"model\":\"order-desk\",\"prompt\":\"a\",\"max_tokens\":1500,\"stream\":true,"
                    + "\"ignore_eos\":true}"))
        .build();
  }

  @Test
  void aSignalLetsRunningAnswersFinish() throws Exception {
    Process process = serve("--port", "0");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      String ready = String.valueOf(out.readLine());
      assertThat(ready).matches("ready http://127\\.0\\.0\\.1:\\d+/v1 model order-desk");
      HttpResponse<InputStream> answer =
          client.send(stream(url(ready)), HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.body().read()).isPositive();
      process.toHandle().destroy();
      assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
          .endsWith("data: [DONE]\n\n");
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(KILLED_BY_SIGTERM);
      assertThat(out.readLine()).isNull();
      assertThat(log()).content().contains("shutting down").endsWith("closed\n");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aPortInUseIsToldInOneLine() throws Exception {
    try (java.net.ServerSocket taken =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      Process process = serve("--port", Integer.toString(taken.getLocalPort()));
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(3);
      assertThat(Files.readAllLines(log()))
          .filteredOn(line -> !line.startsWith("WARNING: Using incubator modules"))
          .singleElement()
          .asString()
          .startsWith("kedge: cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("--port");
    }
  }
}
