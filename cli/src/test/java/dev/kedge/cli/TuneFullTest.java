package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Kedge.run catches what commands throw; its exit codes are part of the contract. */
class TuneFullTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  @TempDir Path folder;

  @Test
  void aTrainingWritesTheModelItsBuildLogAndItsCourse() throws IOException {
    Path out = folder.resolve("small.gguf");
    assertThat(tune(pairs(40), out, "--validation-share", "0.2")).isZero();
    JsonNode build = JSON.readTree(folder.resolve("small.gguf.build.json").toFile());
    assertThat(build.path("steps_done").asInt()).isEqualTo(4);
    assertThat(build.path("output_bytes").asLong()).isEqualTo(Files.size(out));
    assertThat(build.path("output_sha256").asString()).hasSize(64);
    assertThat(build.path("options").path("dim").asInt()).isEqualTo(16);
    assertThat(Files.readAllLines(folder.resolve("small.gguf.train.jsonl")))
        .anyMatch(line -> line.contains("\"event\":\"validation\""));
  }

  @Test
  void theSameCommandTwiceGivesTheSameBytes() throws IOException {
    Path data = pairs(40);
    Path one = folder.resolve("one.gguf");
    Path two = folder.resolve("two.gguf");
    tune(data, one, "--name", "same", "--threads", "1");
    tune(data, two, "--name", "same", "--threads", "3");
    assertThat(two).hasSameBinaryContentAs(one);
  }

  @Test
  void aMalformedLineIsNamed() throws IOException {
    Path data = pairs(2);
    Files.writeString(data, Files.readString(data) + "\n{\"messages\":[]}\n");
    Iterator<?> pairs = new TrainingPairs(data).iterator();
    pairs.next();
    pairs.next();
    assertThatThrownBy(pairs::next)
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("pairs.jsonl:4: 0 messages");
    Files.writeString(data, "nonsense\n");
    assertThatThrownBy(() -> new TrainingPairs(data).iterator().next())
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("pairs.jsonl:1: not JSON");
    assertThat(tune(data, folder.resolve("none.gguf"))).isEqualTo(3);
  }

  @Test
  void optionsThatMakeNoModelAreRefused() throws IOException {
    assertThat(tune(pairs(2), folder.resolve("none.gguf"), "--learning-rate", "7")).isEqualTo(3);
    assertThat(tune(folder.resolve("missing"), folder.resolve("none.gguf"))).isEqualTo(3);
    assertThat(CommandRun.of("tune", "full", "--data", "x").code()).isEqualTo(2);
    assertThat(CommandRun.of("tune").code()).isEqualTo(2);
  }

  private static int tune(Path data, Path out, String... more) {
    String[] fixed = {
      "tune",
      "full",
      "--data",
      data.toString(),
      "--out",
      out.toString(),
      "--dim",
      "16",
      "--layers",
      "1",
      "--heads",
      "2",
      "--kv-heads",
      "1",
      "--vocabulary",
      "280",
      "--steps",
      "4",
      "--batch-tokens",
      "200",
      "--warmup",
      "2"
    };
    String[] all = new String[fixed.length + more.length];
    System.arraycopy(fixed, 0, all, 0, fixed.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return CommandRun.of(all).code();
  }

  private Path pairs(int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines
          .append("{\"messages\":[{\"role\":\"user\",\"content\":\"item ")
          .append(i)
          .append("\"},{\"role\":\"assistant\",\"content\":\"")
          .append(i * 7)
          .append("\"}]}\n");
    }
    Path file = folder.resolve("pairs.jsonl");
    Files.writeString(file, lines);
    return file;
  }
}
