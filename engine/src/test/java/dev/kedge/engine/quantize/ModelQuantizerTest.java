package dev.kedge.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.model.SharedData;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.JsonText;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelQuantizerTest {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final QuantizeOptions Q4 = QuantizeOptions.to(FileType.Q4_0, "1.2.3");
  private static final QuantizeOptions Q8 = QuantizeOptions.to(FileType.Q8_0, "1.2.3");
  private static final ModelQuantizer.Progress QUIET = (step, done, total) -> {};

  @TempDir Path folder;
  private Path input;
  private Path output;

  @BeforeEach
  void writeAModel() throws IOException {
    input = folder.resolve("model.gguf");
    output = folder.resolve("out.gguf");
    Metadata metadata =
        Metadata.builder()
            .string("general.architecture", "llama")
            .uint32("general.file_type", 0)
            .string("general.name", "a \"model\"")
            .build();
    new GgufWriter(metadata)
        .tensor("token_embd.weight", new long[] {64, 10}, random(640))
        .tensor("blk.0.attn_q.weight", new long[] {64, 9000}, random(64 * 9000))
        .tensor("blk.0.attn_q.bias", new long[] {64, 2}, random(128))
        .tensor("blk.0.attn_norm.weight", new long[] {64}, random(64))
        .tensor("blk.0.ffn_gate_inp.weight", new long[] {64, 4}, random(256))
        .tensor("blk.0.ffn_gate_exps.weight", new long[] {32, 2, 4}, random(256))
        .tensor("blk.0.ffn_down.weight", new long[] {48, 4}, random(192))
        .tensor("output.weight", new long[] {64, 10}, random(640))
        .write(input);
  }

  private static float[] random(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
    return values;
  }

  private BuildLog quantize(QuantizeOptions options) throws IOException {
    return ModelQuantizer.quantize(input, output, options, QUIET);
  }

  @Test
  void theRecordedDigestOfAnUnchangedInputIsTaken() throws Exception {
    FileDigest recorded = new FileDigest(Files.size(input), "ab".repeat(32));
    DigestRecord.write(input, recorded);

    assertThat(quantize(Q4).input()).isEqualTo(recorded);
  }

  @Test
  void anInputThatChangesMeanwhileIsRead() throws Exception {
    DigestRecord.write(input, new FileDigest(Files.size(input), "ab".repeat(32)));

    BuildLog log = ModelQuantizer.quantize(input, output, Q4, (step, done, total) -> touch(input));

    assertThat(log.input().sha256()).isEqualTo(sha256(input));
  }

  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<TensorType> outputTypes() throws IOException {
    try (GgufFile file = GgufFile.open(output)) {
      return file.tensors().stream().map(TensorInfo::type).toList();
    }
  }

  @Test
  void matricesAreQuantizedAndEverythingElseIsCopied() throws IOException {
    quantize(Q4);
    try (GgufFile in = GgufFile.open(input);
        GgufFile out = GgufFile.open(output)) {
      assertThat(out.metadata().integer("general.file_type")).isEqualTo(2);
      assertThat(out.metadata().integer("general.quantization_version")).isEqualTo(2);
      assertThat(out.metadata().string("general.name")).isEqualTo("a \"model\"");
      for (TensorInfo tensor : in.tensors()) {
        TensorInfo written = out.require(tensor.name());
        float[] values = in.data(tensor).toArray(F32);
        byte[] expected = new byte[(int) written.type().bytes(tensor.elements())];
        new Quantizer(written.type(), "t")
            .quantize(values, 0, values.length, MemorySegment.ofArray(expected), 0, 0);
        assertThat(written.shape()).isEqualTo(tensor.shape());
        assertThat(out.data(written).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
      }
    }
    TensorType f32 = TensorType.F32;
    assertThat(outputTypes())
        .containsExactly(
            TensorType.Q8_0, TensorType.Q4_0, f32, f32, f32, TensorType.Q4_0, f32, TensorType.Q8_0);
  }

  @Test
  void pureLeavesNoMatrixAtEightBits() throws IOException {
    quantize(Q4.withPure(true));
    assertThat(outputTypes()).contains(TensorType.Q4_0).doesNotContain(TensorType.Q8_0);
  }

  @Test
  void eightBitsAreFileTypeSeven() throws IOException {
    quantize(Q8);
    assertThat(outputTypes()).contains(TensorType.Q8_0).doesNotContain(TensorType.Q4_0);
    try (GgufFile out = GgufFile.open(output)) {
      assertThat(out.metadata().integer("general.file_type")).isEqualTo(7);
    }
  }

  /* Names and types as llama.cpp gives them to a model of 16 blocks. */
  @Test
  void theMixKeepsMoreBitsWhereErrorsHurtMost() {
    TypeMix mix = new TypeMix(FileType.Q4_K_M, false, 16, 0, false, false);
    long[] square = {256, 256};
    for (int layer = 0; layer < 16; layer++) {
      boolean more = List.of(0, 1, 4, 7, 10, 13, 14, 15).contains(layer);
      TensorType expected = more ? TensorType.Q6_K : TensorType.Q4_K;
      String block = "blk." + layer + ".";
      for (String role : List.of("attn_v.weight", "ffn_down.weight")) {
        assertThat(mix.target(block + role, square, TensorType.F16))
            .as("%s%s", block, role)
            .isEqualTo(expected);
      }
      for (String role : List.of("attn_q.weight", "attn_output.weight", "ffn_up.weight")) {
        assertThat(mix.target(block + role, square, TensorType.F16)).isEqualTo(TensorType.Q4_K);
      }
    }
    assertThat(mix.target("output.weight", square, TensorType.F16)).isEqualTo(TensorType.Q6_K);
    assertThat(mix.target("token_embd.weight", square, TensorType.F16)).isEqualTo(TensorType.Q4_K);
    TypeMix tied = new TypeMix(FileType.Q4_K_M, false, 16, 0, true, false);
    assertThat(tied.target("token_embd.weight", square, TensorType.F16)).isEqualTo(TensorType.Q6_K);
    TypeMix mixtral = new TypeMix(FileType.Q4_K_M, false, 32, 8, false, false);
    assertThat(mixtral.target("blk.9.attn_v.weight", square, TensorType.F16))
        .isEqualTo(TensorType.Q8_0);
    assertThat(mixtral.target("blk.9.attn_output.weight", square, TensorType.F16))
        .isEqualTo(TensorType.Q5_K);
    TypeMix large = new TypeMix(FileType.Q4_K_M, false, 80, 0, false, true);
    assertThat(large.target("blk.10.attn_v.weight", square, TensorType.F16))
        .isEqualTo(TensorType.Q5_K);
  }

  @Test
  void rowsThatDoNotFillLargeBlocksGetSmallOnes() {
    TypeMix mix = new TypeMix(FileType.Q4_K_M, false, 16, 0, false, false);
    assertThat(mix.target("blk.2.ffn_up.weight", new long[] {96, 2}, TensorType.F16))
        .isEqualTo(TensorType.Q5_0);
    assertThat(mix.target("blk.0.ffn_down.weight", new long[] {96, 2}, TensorType.F16))
        .isEqualTo(TensorType.Q8_0);
    assertThat(mix.target("blk.2.ffn_up.weight", new long[] {48, 2}, TensorType.F16))
        .isEqualTo(TensorType.F16);
  }

  @Test
  void kTypesAreTheSameWithAnyNumberOfThreads() throws IOException {
    new GgufWriter(Metadata.builder().string("general.architecture", "llama").build())
        .tensor("blk.0.attn_q.weight", new long[] {512, 1100}, random(512 * 1100))
        .tensor("output.weight", new long[] {256, 10}, random(2560))
        .write(input);
    QuantizeOptions options = QuantizeOptions.to(FileType.Q4_K_M, "1");
    BuildLog first = quantize(options);
    assertThat(outputTypes()).containsExactly(TensorType.Q4_K, TensorType.Q6_K);
    BuildLog again = quantize(options.withThreads(3).withForce(true));
    assertThat(again.output()).isEqualTo(first.output());
  }

  @Test
  void fileAndLogAreTheSameOnEveryRunAndWithAnyNumberOfThreads() throws IOException {
    BuildLog first = quantize(Q4);
    byte[] bytes = Files.readAllBytes(output);
    byte[] log = Files.readAllBytes(ModelQuantizer.logOf(output));
    for (int threads = 1; threads <= 4; threads++) {
      BuildLog again = quantize(Q4.withThreads(threads).withForce(true));
      assertThat(again.output()).isEqualTo(first.output());
      assertThat(output).hasBinaryContent(bytes);
      assertThat(ModelQuantizer.logOf(output)).hasBinaryContent(log);
    }
  }

  @Test
  void theLogSaysFromWhatAndHow() throws Exception {
    quantize(Q4);
    assertThat(ModelQuantizer.logOf(output))
        .hasContent(
            """
            {
              "kedge": "1.2.3",
              "input": {"name": "model.gguf", "bytes": %d, "sha256": "%s"},
              "output": {"bytes": %d, "sha256": "%s"},
              "options": {"type": "q4_0", "pure": false, "requantize": false},
              "tensors": {"F32": 4, "Q4_0": 2, "Q8_0": 2}
            }
            """
                .formatted(Files.size(input), sha256(input), Files.size(output), sha256(output)));
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
  }

  @Test
  void anExistingOutputIsOnlyReplacedWhenForced() throws IOException {
    Files.writeString(output, "precious");
    assertThatThrownBy(() -> quantize(Q4)).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(output).hasContent("precious");
    quantize(Q4.withForce(true));
    assertThat(outputTypes()).contains(TensorType.Q4_0);
  }

  @Test
  void theInputIsNeverReplaced() {
    assertThatThrownBy(() -> ModelQuantizer.quantize(input, input, Q4.withForce(true), QUIET))
        .hasMessageContaining("same file");
  }

  @Test
  void quantizedInputIsOnlyConvertedToAnotherTypeWhenAllowed() throws IOException {
    quantize(Q8);
    Path second = folder.resolve("second.gguf");
    assertThatThrownBy(() -> ModelQuantizer.quantize(output, second, Q4, QUIET))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("'blk.0.attn_q.weight'", "already quantized to Q8_0");
    assertThat(second).doesNotExist();
    ModelQuantizer.quantize(output, second, Q4.withRequantize(true), QUIET);
    assertThat(second).exists();
    Path third = folder.resolve("third.gguf");
    ModelQuantizer.quantize(output, third, Q8, QUIET);
    assertThat(third).hasSameBinaryContentAs(output);
  }

  @Test
  void aWeightThatIsNotFiniteStopsTheWorkAndLeavesNoFile() throws IOException {
    float[] values = random(64 * 5000);
    values[300_001] = Float.NaN;
    values[300_002] = Float.NaN;
    new GgufWriter(Metadata.builder().build())
        .tensor("blk.0.attn_q.weight", new long[] {64, 5000}, values)
        .write(input);
    assertThatThrownBy(() -> quantize(Q4.withThreads(3)))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("'blk.0.attn_q.weight'", "element 300001 is NaN");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(input);
    }
  }

  @Test
  void progressGrowsToTheEnd() throws IOException {
    long[] last = {0, 0};
    ModelQuantizer.quantize(
        input,
        output,
        Q4.withThreads(2),
        (step, done, total) -> {
          assertThat(done).isPositive().isLessThanOrEqualTo(total);
          last[0] = done;
          last[1] = total;
        });
    assertThat(last[0]).isEqualTo(last[1]);
  }

  @Test
  void aTrainedModelKeepsItsShapeInHalfTheSize() throws IOException {
    input = SharedData.require("weights/stories260K/stories260K.gguf");
    BuildLog log = quantize(Q8.withThreads(2));
    assertThat(log.output().bytes()).isLessThan(log.input().bytes() / 2);
    assertThat(log.tensors()).containsEntry(TensorType.Q8_0, 32);
  }

  @Test
  void namesInTheLogAreEscaped() {
    assertThat(JsonText.quoted("a\"b\\c\n\u001b[0mä\uD83D\uDE00"))
        .isEqualTo("\"a\\\"b\\\\c\\u000a\\u001b[0m\\u00e4\\ud83d\\ude00\"");
  }
}
