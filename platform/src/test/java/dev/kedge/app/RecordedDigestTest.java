package dev.kedge.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.config.EngineSection;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileStat;
import dev.kedge.http.HttpOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No weights answer whose digest is not the recorded one. */
@Timeout(60)
class RecordedDigestTest {
  @TempDir private Path folder;
  private Path file;
  private FileDigest digest;

  @BeforeEach
  void write() throws IOException {
    file = TinyModel.write(folder.resolve("m.gguf"), 512);
    try (RunningGateway _ = start("")) {
      digest = DigestRecord.read(file, FileStat.of(file).orElseThrow()).orElseThrow();
    }
  }

  private RunningGateway start(String more) throws IOException {
    return new RunningGateway(folder, "engine:\n  - name: m\n    file: m.gguf\n" + more);
  }

  private String recorded() {
    return "    sha256: " + digest.sha256() + "\n";
  }

  private void changeLastWeight() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 40] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void theRecordedFileStarts() throws IOException {
    try (RunningGateway gateway = start(recorded())) {
      assertThat(gateway.get("/health/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anotherFileIsRefusedBeforeItRuns() throws IOException {
    changeLastWeight();
    assertThatThrownBy(() -> start(recorded()))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("not the recorded file")
        .hasMessageContaining(digest.sha256());
  }

  @Test
  void anotherFileBehindAForgedRecordIsFoundAfterTheStartOrBeforeItWhereThatIsAskedFor()
      throws Exception {
    changeLastWeight();
    DigestRecord.write(file, FileStat.of(file).orElseThrow(), digest);
    try (RunningGateway gateway = start(recorded())) {
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (gateway.get("/health/ready").statusCode() == 200 && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      assertThat(gateway.get("/health/ready").statusCode()).isEqualTo(503);
    }
    assertThatThrownBy(() -> start(recorded() + "    verify: before\n"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("not the recorded file");
  }

  @Test
  void aModelThatIsServedAloneIsReadAgainToo() throws Exception {
    changeLastWeight();
    DigestRecord.write(file, FileStat.of(file).orElseThrow(), digest);
    try (Platform platform = alone(EngineSection.Verify.AFTER)) {
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (ready(platform) == 200 && System.nanoTime() < end) Thread.sleep(20);
      assertThat(ready(platform)).isEqualTo(503);
    }
    try (Platform platform = alone(EngineSection.Verify.BEFORE)) {
      assertThat(ready(platform)).isEqualTo(200);
      assertThat(DigestRecord.read(file, FileStat.of(file).orElseThrow()).orElseThrow())
          .isNotEqualTo(digest);
    }
  }

  private Platform alone(EngineSection.Verify verify) throws IOException {
    EngineOptions engine = new EngineOptions(1, 1, 1, 0, 0, 64, true);
    HttpOptions http = HttpOptions.defaults().at("127.0.0.1", 0);
    return Platform.start(new PlatformOptions(file, "m", engine, http).verified(verify));
  }

  private static int ready(Platform platform) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI health = URI.create("http://127.0.0.1:" + platform.port() + "/health/ready");
      return client
          .send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }
}
