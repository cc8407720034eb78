package dev.kedge.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufRoundTripTest {
  @TempDir Path folder;

  private static final Metadata METADATA =
      Metadata.builder()
          .string("general.architecture", "llama")
          .uint32("llama.block_count", 0xFFFF_FFFFL)
          .int32("a.negative", -5)
          .uint64("a.large", -1)
          .float32("llama.rope.freq_base", 10_000.5f)
          .float64("a.double", Math.PI)
          .flag("tokenizer.ggml.add_bos_token", true)
          .strings("tokenizer.ggml.tokens", List.of("", "ä", "\uD83D\uDE00"))
          .floats("tokenizer.ggml.scores", new float[] {1, -0f, Float.NEGATIVE_INFINITY})
          .int32s("tokenizer.ggml.token_type", new int[] {1, -2, 3})
          .build();

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path file = folder.resolve("a.gguf");
    FileDigest digest =
        new GgufWriter(METADATA)
            .tensor("matrix", new long[] {3, 2}, new float[] {1, 2, 3, 4, 5, 6})
            .tensor("vector", new long[] {1}, new float[] {7})
            .write(file);
    try (GgufFile read = GgufFile.open(file)) {
      assertThat(read.version()).isEqualTo(3);
      assertThat(read.fileBytes()).isEqualTo(digest.bytes()).isEqualTo(Files.size(file));
      assertThat(read.metadata().keys()).containsExactlyElementsOf(METADATA.keys());
      for (String key : METADATA.keys()) {
        assertThat(read.metadata().get(key)).as(key).isEqualTo(METADATA.get(key));
      }
      TensorInfo matrix = read.require("matrix");
      assertThat(matrix.shape()).containsExactly(3, 2);
      assertThat(matrix.bytes()).isEqualTo(24);
      assertThat(read.data(matrix).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(read.data(read.require("vector")).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(7);
      assertThat(read.tensor("other")).isEmpty();
      assertThatThrownBy(() -> read.require("other")).hasMessageContaining("'other'");
    }
  }

  @Test
  void theSameContentGivesTheSameBytes() throws IOException {
    FileDigest first = new GgufWriter(METADATA).write(folder.resolve("1"));
    assertThat(new GgufWriter(METADATA).write(folder.resolve("2"))).isEqualTo(first);
    assertThat(folder.resolve("1")).hasSameBinaryContentAs(folder.resolve("2"));
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("a.gguf");
    Files.writeString(file, "old");
    GgufWriter writer =
        new GgufWriter(METADATA)
            .tensor(
                "t",
                TensorType.F32,
                new long[] {2},
                sink -> {
                  throw new IOException("source broke");
                });
    assertThatThrownBy(() -> writer.write(file)).isInstanceOf(IOException.class);
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aSourceThatGivesTooFewBytesIsRefused() {
    GgufWriter writer =
        new GgufWriter(METADATA)
            .tensor("t", TensorType.F32, new long[] {2}, MemorySegment.ofArray(new byte[7]));
    assertThatThrownBy(() -> writer.write(folder.resolve("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("8 bytes");
  }

  @Test
  void aWrongTypeNamesKeyFoundAndExpectedType() {
    assertThatThrownBy(() -> METADATA.string("a.double"))
        .isInstanceOf(FormatException.class)
        .hasMessage("metadata key 'a.double' is of type float64; a string was expected");
    assertThatThrownBy(() -> METADATA.integers("tokenizer.ggml.scores"))
        .hasMessage(
            "metadata key 'tokenizer.ggml.scores' is an array of float32; an array of integers was"
                + " expected");
    assertThatThrownBy(() -> METADATA.integer("absent"))
        .hasMessage("metadata key 'absent' is missing; an integer was expected");
    assertThatThrownBy(() -> METADATA.integer("a.large")).hasMessageContaining("2^63-1");
    assertThat(METADATA.integer("absent", 3)).isEqualTo(3);
  }

  @Test
  void aFileByAnotherWriterIsReproducedByteForByte() throws IOException {
    Path original = SharedData.file("weights/llama-2-tiny-random/llama-2-tiny-random.gguf");
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile file = GgufFile.open(original)) {
      assertThat(file.metadata().strings("tokenizer.ggml.tokens")).hasSize(32_000);
      assertThat(file.metadata().floats("tokenizer.ggml.scores")).hasSize(32_000);
      GgufWriter writer = new GgufWriter(file.metadata());
      for (TensorInfo tensor : file.tensors()) {
        writer.tensor(tensor.name(), tensor.type(), tensor.shape(), file.data(tensor));
      }
      writer.write(copy);
    }
    assertThat(copy).hasSameBinaryContentAs(original);
  }

  @Test
  void aVocabularyWithoutTensorsIsRead() throws IOException {
    Path vocabulary = SharedData.file("tokenizers/llama-spm/ggml-vocab-llama-spm.gguf");
    try (GgufFile file = GgufFile.open(vocabulary)) {
      assertThat(file.tensors()).isEmpty();
      assertThat(file.metadata().strings("tokenizer.ggml.tokens").get(1)).isEqualTo("<s>");
      assertThat(file.metadata().integers("tokenizer.ggml.token_type")).hasSize(32_000);
    }
  }

  @Test
  void aClosedFileHandsOutNoData() throws IOException {
    Path file = folder.resolve("a.gguf");
    new GgufWriter(METADATA).tensor("t", new long[] {1}, new float[] {7}).write(file);
    GgufFile read = GgufFile.open(file);
    MemorySegment data = read.data(read.require("t"));
    read.close();
    read.close();
    assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }
}
