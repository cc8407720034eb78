package dev.kedge.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileStat;
import java.io.IOException;
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
}
