package dev.kedge.engine.weights;

import static dev.kedge.engine.weights.RawSafetensors.read;
import static dev.kedge.engine.weights.RawSafetensors.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsFileTest {
  @Test
  void tensorsMetadataAndDataAreRead() {
    byte[] bytes = RawSafetensors.sample();
    SafetensorsFile file = read(bytes);
    assertThat(file.fileBytes()).isEqualTo(bytes.length);
    assertThat(file.metadata())
        .containsExactly(
            Map.entry("format", "pt"), Map.entry("ak", "n\u00e4me \ud83d\ude00 \ud83d\ude00"));
    assertThat(file.tensors())
        .extracting(SafetensorsTensor::name)
        .containsExactly("b", "a", "none", "scalar");
    SafetensorsTensor b = file.require("b");
    assertThat(b.type()).isEqualTo(SafetensorsType.BF16);
    assertThat(b.shape()).containsExactly(2, 3);
    assertThat(b.elements()).isEqualTo(6);
    assertThat(b.bytes()).isEqualTo(12);
    assertThat(file.data(b).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 32);
    assertThat(file.data(b).isReadOnly()).isTrue();
    assertThat(file.require("none").elements()).isZero();
    assertThat(file.require("scalar").shape()).isEmpty();
    assertThat(file.require("scalar").elements()).isEqualTo(1);
    assertThat(file.tensor("c")).isEmpty();
    assertThatThrownBy(() -> file.require("c")).hasMessageContaining("no tensor 'c'");
  }

  @Test
  void aFileWithoutTensorsIsRead() {
    SafetensorsFile file = read(RawSafetensors.file("{}", 0));
    assertThat(file.tensors()).isEmpty();
    assertThat(file.metadata()).isEmpty();
  }

  @Test
  void theKeysOfATensorComeInAnyOrderAndWithWhiteSpace() {
    String header =
        "{ \"t\" :\n{\t\"shape\" : [ 2 ] , \"data_offsets\":[0 ,2 ],\"dtype\":\"U8\"}\r}";
    assertThat(read(RawSafetensors.file(header, 2)).require("t").bytes()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeTakesItsBits(SafetensorsType type) {
    String header = "{" + tensor("t", type.name(), "8", "0," + type.bits()) + "}";
    assertThat(read(RawSafetensors.file(header, type.bits())).require("t").type()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({"BOOL,1", "F8_E5M2,1", "BF16,2", "F16,2", "I32,4", "F32,4", "C64,8", "I64,8"})
  void typesHaveTheSizesThatTheirNamesSay(SafetensorsType type, int bytes) {
    assertThat(type.bits()).isEqualTo(8 * bytes);
  }

  @Test
  void everyEscapeIsUnderstood() {
    String header = "{\"__metadata__\":{\"k\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\"}}";
    assertThat(read(RawSafetensors.file(header, 0)).metadata())
        .containsEntry("k", "\"\\/\b\f\n\r\t\u00e9");
  }

  @Test
  void aMappedFileIsReadUntilItIsClosed(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("m.bin"), RawSafetensors.sample());
    SafetensorsFile file = SafetensorsFile.open(path);
    MemorySegment data = file.data(file.require("a"));
    assertThat(data.get(Little.INT, 0)).isEqualTo(0x03020100);
    file.close();
    file.close();
    assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aWeightFileIsRecognisedByItsContent(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("model.gguf"), RawSafetensors.sample());
    try (WeightFile file = WeightFile.open(path)) {
      assertThat(file).isInstanceOf(SafetensorsFile.class);
    }
    Files.write(path, RawGguf.header(0, 0).bytes());
    try (WeightFile file = WeightFile.open(path)) {
      assertThat(file).isInstanceOf(GgufFile.class);
    }
    Files.writeString(path, "something else");
    assertThatThrownBy(() -> WeightFile.open(path))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("neither", "\"GGUF\"", "'{'");
    Files.writeString(path, "");
    assertThatThrownBy(() -> WeightFile.open(path)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> WeightFile.open(folder)).hasMessageContaining("not a regular file");
  }

  @Test
  void aPublishedAdapterIsRead() throws IOException {
    Path path = SharedData.file("weights/lora-discollama/adapters.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).isEmpty();
      assertThat(file.tensors()).hasSize(8).allMatch(t -> t.type() == SafetensorsType.F32);
      SafetensorsTensor tensor = file.require("model.layers.31.self_attn.v_proj.lora_b");
      assertThat(tensor.shape()).containsExactly(8, 1024);
      assertThat(tensor.offset()).isEqualTo(8 + 864 + 557056);
      MemorySegment data = file.data(tensor);
      assertThat(data.get(Little.FLOAT, 0)).isEqualTo(0.0031201115f);
      assertThat(data.get(Little.FLOAT, data.byteSize() - 4)).isEqualTo(0.0064014643f);
    }
  }
}
