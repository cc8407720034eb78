package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectSafetensorsTest {
  private static final String HEADER =
      """
      {"__metadata__":{"format":"pt","note":"evil\\u001b[2J\\u202e"},
       "layer.lora_a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
       "scale\\u001b[2J":{"dtype":"F8_E4M3FNUZ","shape":[],"data_offsets":[24,25]}}\
      """;

  @TempDir Path folder;

  private Path file(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    // The name says nothing: files are told apart by content.
    return Files.write(folder.resolve("adapter.bin"), bytes.array());
  }

  @Test
  void inspectShowsMetadataTensorsAndTotals() throws IOException {
    CommandRun run = CommandRun.of("models", "inspect", file(HEADER, 25).toString());
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    int offset = 8 + HEADER.length();
    assertThat(run.out())
        .contains("adapter.bin: safetensors, ", "2 metadata keys, 2 tensors")
        .containsPattern("format +pt\n")
        .containsPattern("layer\\.lora_a +F32 +2 × 3 +" + offset + " +24\n")
        .containsPattern("F8_E4M3FNUZ +scalar +" + (offset + 24) + " +1\n")
        .containsPattern("F32 +1 tensors +6 elements +24 bytes")
        .contains("In memory: 25 bytes");
  }

  @Test
  void inspectGivesTheSameAsJson() throws IOException {
    CommandRun run = CommandRun.of("models", "inspect", "--json", file(HEADER, 25).toString());
    assertThat(run.code()).isZero();
    JsonNode json = JsonMapper.shared().readTree(run.out());
    assertThat(json.at("/file").asString()).isEqualTo("adapter.bin");
    assertThat(json.at("/format").asString()).isEqualTo("safetensors");
    assertThat(json.at("/bytes").intValue()).isEqualTo(8 + HEADER.length() + 25);
    assertThat(json.at("/metadata/note").asString()).isEqualTo("evil\u001b[2J\u202e");
    assertThat(json.at("/tensors/0/type").asString()).isEqualTo("F32");
    assertThat(json.at("/tensors/0/shape/1").intValue()).isEqualTo(3);
    assertThat(json.at("/tensors/1/shape").isEmpty()).isTrue();
    assertThat(json.at("/totals/F8_E4M3FNUZ/bytes").intValue()).isEqualTo(1);
    assertThat(json.at("/weightBytes").intValue()).isEqualTo(25);
  }

  @ParameterizedTest
  @ValueSource(strings = {"models inspect", "models inspect --json"})
  void controlCharactersInAFileNeverReachTheTerminal(String command) throws IOException {
    CommandRun run = CommandRun.of((command + " " + file(HEADER, 25)).split(" "));
    assertThat(run.out()).doesNotContain("\u001b", "\u202e");
    assertThat(run.out()).containsIgnoringCase("\\u001b[2J");
  }

  @ParameterizedTest
  @ValueSource(strings = {"models inspect", "models inspect --json"})
  void aMalformedFileIsAFailureInOneLine(String command) throws IOException {
    String header = HEADER.replace("F32", "F\\n32");
    CommandRun run = CommandRun.of((command + " " + file(header, 25)).split(" "));
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .contains("adapter.bin", "'layer.lora_a' has the unknown dtype 'F\\n32'")
        .contains("(at byte " + (8 + header.indexOf("\"F\\n32")) + ")");
  }

  @Test
  void aFileThatIsCutShortIsAFailure() throws IOException {
    CommandRun run = CommandRun.of("models", "inspect", file(HEADER, 24).toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("beyond the end of the file", "24 bytes of data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PK", "neither of the two", "{\"json\": 1, \"only\": 2}"})
  void aFileOfNeitherFormatSaysWhatWasExpected(String content) throws IOException {
    Path path = Files.writeString(folder.resolve("model.safetensors"), content);
    CommandRun run = CommandRun.of("models", "inspect", path.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .contains("model.safetensors", "neither a GGUF nor a safetensors file", "was expected");
  }
}
