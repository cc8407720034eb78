package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.weights.ByteCount;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ModelFileCommandsTest {
  private static final String CLEAR_SCREEN = "\u001b[2J";

  @TempDir Path folder;
  private Path model;
  private Path output;

  @BeforeEach
  void writeAModel() throws IOException {
    model = folder.resolve("model.gguf");
    output = folder.resolve("out.gguf");
    Metadata metadata =
        Metadata.builder()
            .string("general.name", "evil" + CLEAR_SCREEN + "\u009b1m\u202e")
            .uint64("large", -1)
            .flag("flag", true)
            .float32("epsilon", 1e-5f)
            .strings("tokenizer.ggml.tokens", Collections.nCopies(32_000, "tok" + CLEAR_SCREEN))
            .build();
    new GgufWriter(metadata)
        .tensor("token_embd.weight", new long[] {64, 4}, new float[256])
        .tensor("blk.0.attn_q.weight", new long[] {64, 2}, new float[128])
        .tensor("norm.weight", new long[] {64}, new float[64])
        .write(model);
  }

  @Test
  void inspectShowsFormatMetadataTensorsAndTotals() {
    CommandRun run = CommandRun.of("models", "inspect", model.toString());
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("GGUF version 3", "5 metadata keys, 3 tensors", "18446744073709551615")
        .contains("32000 × string: tok")
        .containsPattern("blk\\.0\\.attn_q\\.weight +F32 +64 × 2 +\\d+ +512\n")
        .containsPattern("F32 +3 tensors +448 elements +1792 bytes")
        .contains("In memory: 1.8 KiB");
    assertThat(run.out().length()).isLessThan(3000);
  }

  @Test
  void inspectGivesTheSameAsJson() {
    CommandRun run = CommandRun.of("models", "inspect", "--json", model.toString());
    assertThat(run.code()).isZero();
    JsonNode json = JsonMapper.shared().readTree(run.out());
    assertThat(json.at("/version").intValue()).isEqualTo(3);
    assertThat(json.at("/format").asString()).isEqualTo("gguf");
    assertThat(json.at("/metadata/large/value").asString()).isEqualTo("18446744073709551615");
    assertThat(json.at("/metadata/tokenizer.ggml.tokens/count").intValue()).isEqualTo(32_000);
    assertThat(json.at("/metadata/general.name/value").asString()).contains(CLEAR_SCREEN);
    assertThat(json.at("/tensors/1/shape/1").intValue()).isEqualTo(2);
    assertThat(json.at("/totals/F32/bytes").intValue()).isEqualTo(1792);
    assertThat(json.at("/weightBytes").intValue()).isEqualTo(1792);
  }

  @ParameterizedTest
  @ValueSource(strings = {"models inspect", "models inspect --json"})
  void controlCharactersInAFileNeverReachTheTerminal(String command) {
    CommandRun run = CommandRun.of((command + " " + model).split(" "));
    assertThat(run.out()).doesNotContain("\u001b", "\u009b", "\u202e");
    assertThat(run.out()).containsIgnoringCase("\\u001b[2J");
  }

  @Test
  void aMalformedFileIsAFailureInOneLine() throws IOException {
    Files.writeString(model, "GGUF" + "\u0003\0\0\0" + "\0".repeat(7));
    CommandRun run = CommandRun.of("models", "inspect", model.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("model.gguf", "the file ends within", "at byte 8");
  }

  @Test
  void inspectTellsWhyKedgeDoesNotRunAModel() {
    CommandRun run = CommandRun.of("models", "inspect", model.toString());
    assertThat(run.out())
        .contains("Kedge does not run this model: metadata key 'general.architecture' is missing")
        .doesNotContain("Memory:");
    JsonNode json =
        JsonMapper.shared()
            .readTree(CommandRun.of("models", "inspect", "--json", model.toString()).out());
    assertThat(json.get("refused").asString()).contains("general.architecture");
    CommandRun asked = CommandRun.of("models", "inspect", model.toString(), "--context", "100");
    assertThat(asked.code()).isEqualTo(3);
    assertThat(asked.err()).contains("model.gguf: metadata key 'general.architecture' is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                          | the file is empty: get it again
          version https://git-lfs.github.com/spec/v1  | a pointer of Git LFS
          <!DOCTYPE html><html>404</html>             | a web page
          some other text                             | not a GGUF file
          """)
  void whatWasTakenForAModelByMistakeIsNamed(String content, String said) throws IOException {
    Files.writeString(model, content);
    for (String command : List.of("quantize", "bench", "models inspect")) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.add(model.toString());
      if (command.equals("quantize")) words.add(output.toString());
      CommandRun run = CommandRun.of(words.toArray(String[]::new));
      assertThat(run.code()).as(command).isEqualTo(3);
      String wanted =
          command.equals("models inspect") ? said.replace("not a GGUF", "neither a GGUF") : said;
      assertThat(run.err())
          .as(command)
          .contains("model.gguf: ", wanted.replace("GGUF file", "GGUF"));
      assertThat(run.err().lines()).hasSize(1);
    }
  }

  @Test
  void aFolderIsNamedOnceWithWhatMakesAFileOfIt() {
    for (String[] words :
        new String[][] {
          {"bench", folder.toString()},
          {"models", "inspect", folder.toString()},
          {"quantize", folder.toString(), output.toString()},
          {"generate", folder.toString(), "--prompt", "x"}
        }) {
      CommandRun run = CommandRun.of(words);
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.err()).containsOnlyOnce(folder.toString()).contains("kedge import");
    }
    CommandRun run = CommandRun.of("import", model.toString(), "-o", output.toString());
    assertThat(run.err()).containsOnlyOnce(model.toString()).contains("this is no folder");
  }

  @Test
  void aMissingFileIsNamed() {
    CommandRun run = CommandRun.of("models", "inspect", folder.resolve("no.gguf").toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("no such file", "no.gguf");
  }

  @Test
  void quantizeWritesFileAndBuildLog() throws IOException {
    CommandRun run =
        CommandRun.of("quantize", model.toString(), output.toString(), "--type", "q4_0");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("out.gguf", "Q4_0  1 tensors", "Q8_0  1 tensors", "SHA-256");
    assertThat(run.err()).contains("Quantizing to Q4_0");
    try (GgufFile file = GgufFile.open(output)) {
      assertThat(file.require("token_embd.weight").type()).isEqualTo(TensorType.Q8_0);
      assertThat(file.require("blk.0.attn_q.weight").type()).isEqualTo(TensorType.Q4_0);
      assertThat(file.require("norm.weight").type()).isEqualTo(TensorType.F32);
    }
    JsonNode log = JsonMapper.shared().readTree(folder.resolve("out.gguf.build.json").toFile());
    assertThat(log.at("/input/name").asString()).isEqualTo("model.gguf");
    assertThat(log.at("/output/bytes").longValue()).isEqualTo(Files.size(output));
  }

  @Test
  void quantizePrintsTheBuildLogAsJson() throws IOException {
    CommandRun run =
        CommandRun.of(
            "quantize", model.toString(), output.toString(), "--type=Q4_0", "--pure", "--json");
    assertThat(run.code()).isZero();
    ObjectNode printed = (ObjectNode) JsonMapper.shared().readTree(run.out());
    assertThat(printed.at("/tensors/Q4_0").intValue()).isEqualTo(2);
    assertThat(printed.remove("seconds").doubleValue()).isPositive();
    assertThat(printed.remove("inputMegabytesPerSecond").doubleValue()).isPositive();
    String log = Files.readString(folder.resolve("out.gguf.build.json"));
    assertThat(printed).isEqualTo(JsonMapper.shared().readTree(log));
  }

  @Test
  void anExistingOutputIsReplacedOnlyWithForce() throws IOException {
    Files.writeString(output, "precious");
    String[] args = {"quantize", model.toString(), output.toString(), "--type", "q8_0", "--force"};
    CommandRun run = CommandRun.of(Arrays.copyOf(args, 5));
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("already there", "--force");
    assertThat(output).hasContent("precious");
    assertThat(CommandRun.of(args).code()).isZero();
  }

  @Test
  void quantizingTwiceNeedsToBeAskedFor() {
    Path second = folder.resolve("second.gguf");
    CommandRun.of("quantize", model.toString(), output.toString(), "--type", "q8_0");
    String[] args = {"quantize", output.toString(), second.toString(), "--type", "q4_0"};
    CommandRun run = CommandRun.of(args);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("already quantized to Q8_0", "option --requantize");
    assertThat(second).doesNotExist();
    String[] allowed = Arrays.copyOf(args, 6);
    allowed[5] = "--requantize";
    assertThat(CommandRun.of(allowed).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--type=q5_0", "--type=q4_0 --threads=0", "--type"})
  void wrongOptionsAreWrongUse(String options) {
    String line = "quantize " + model + " " + output + " " + options;
    assertThat(CommandRun.of(line.trim().split(" ")).code()).isEqualTo(2);
    assertThat(output).doesNotExist();
  }

  @Test
  void theGroupAloneIsWrongUse() {
    assertThat(CommandRun.of("models").code()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"models", "models inspect", "quantize"})
  void everyCommandShowsAnExample(String command) {
    CommandRun run = CommandRun.of((command + " --help").split(" "));
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Example: kedge " + command);
  }

  @Test
  void sizesAreShownInTheLargestUnitThatLeavesAWhole() {
    assertThat(ByteCount.text(1023)).isEqualTo("1023 bytes");
    assertThat(ByteCount.text(1536)).isEqualTo("1.5 KiB");
    assertThat(ByteCount.text(3L << 30)).isEqualTo("3.0 GiB");
  }
}
