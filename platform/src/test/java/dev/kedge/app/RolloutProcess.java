package dev.kedge.app;

import dev.kedge.config.KedgeFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A gateway in a process of its own, which a test kills. */
final class RolloutProcess implements AutoCloseable {
  private final Process process;
  private final URI address;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RolloutProcess(Process process, int port) {
    this.process = process;
    this.address = URI.create("http://127.0.0.1:" + port + "/v1/chat/completions");
  }

  /** Arguments: a configuration. Tells its port and serves until it is killed. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path config = Path.of(args[0]);
    Path folder = Objects.requireNonNull(config.toAbsolutePath().getParent());
    Platform platform = Platform.start(KedgeFile.read(config), folder);
    System.out.println(platform.port());
    Thread.sleep(Long.MAX_VALUE);
  }

  static RolloutProcess start(Path config, Path scratch) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RolloutProcess.class.getName(),
            config.toString());
    Process started =
        new ProcessBuilder(command).redirectError(scratch.resolve("serve.err").toFile()).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    return new RolloutProcess(started, Integer.parseInt(out.readLine()));
  }

  int post(String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    http.close();
    process.destroyForcibly();
  }
}
