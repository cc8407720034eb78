package dev.kedge.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.Packer;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileStat;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreparedWeightsTest {
  private static final PackingProgress SILENT = PackingProgress.SILENT;

  @TempDir private Path folder;

  @Test
  void theFirstStartWritesAFileThatLaterOnesMap() throws IOException {
    Path model = model(TensorType.Q4_0);
    float[] expected = logits(model, Long.MAX_VALUE);
    float[] first = logits(model, 0);
    Path packed = packed().getFirst();
    FileTime written = Files.getLastModifiedTime(packed);
    assertThat(first).containsExactly(expected);
    assertThat(logits(model, 0)).containsExactly(expected);
    assertThat(packed()).containsExactly(packed);
    assertThat(Files.getLastModifiedTime(packed)).isEqualTo(written);
  }

  @Test
  void smallModelsLeaveNoFile() throws IOException {
    Path model = model(TensorType.Q4_0);
    try (GgufFile file = GgufFile.open(model);
        PreparedWeights weights =
            PreparedWeights.of(
                file, model, ModelConfig.of(file.metadata()), () -> digest(file), SILENT)) {
      assertThat(weights.file()).isEmpty();
      assertThat(weights.notice()).isEmpty();
    }
    assertThat(packed()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02, 0.3, 0.7, 1})
  void aDamagedFileIsMadeAnew(double place) throws IOException {
    Path model = model(TensorType.Q4_0);
    float[] expected = logits(model, 0);
    Path packed = packed().getFirst();
    byte[] bytes = Files.readAllBytes(packed);
    byte[] damaged = bytes.clone();
    // Somewhere in what counts: between matrices stand zeros that nobody reads.
    int at = (int) (place * (bytes.length - 1));
    while (bytes[at] == 0 && at > 0) at--;
    damaged[at] ^= 4;
    Files.write(packed, damaged);
    assertThat(logits(model, 0)).containsExactly(expected);
    assertThat(Files.readAllBytes(packed)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50, 5000, -1})
  void aShortFileIsMadeAnew(int length) throws IOException {
    Path model = model(TensorType.Q4_0);
    float[] expected = logits(model, 0);
    Path packed = packed().getFirst();
    byte[] bytes = Files.readAllBytes(packed);
    Files.write(
        packed, java.util.Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
    assertThat(logits(model, 0)).containsExactly(expected);
    assertThat(Files.readAllBytes(packed)).isEqualTo(bytes);
  }

  @Test
  void anotherModelUnderTheSameNameIsPackedAnew() throws IOException {
    Path model = model(TensorType.Q4_0);
    logits(model, 0);
    Path before = packed().getFirst();
    Path other =
        new RandomModel("llama", 2, 64, 160, 4, 2, 320, 256, TensorType.Q4_0, false, 77)
            .write(folder.resolve("other.gguf"));
    float[] expected = logits(other, Long.MAX_VALUE);
    Files.move(other, model, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(logits(model, 0)).containsExactly(expected);
    assertThat(packed()).hasSize(1).doesNotContain(before);
  }

  @Test
  void filesOfEarlierLayoutsGoOnceThereIsOneOfThis() throws IOException {
    Path model = model(TensorType.Q4_0);
    Path earlier = Files.writeString(folder.resolve(beside(model, "0123456789abcdef.p1")), "old");
    Path later = Files.writeString(folder.resolve(beside(model, "0123456789abcdef.p99")), "new");
    Path own = Files.writeString(folder.resolve(beside(model, "notes.p1")), "mine");
    logits(model, 0);
    assertThat(earlier).doesNotExist();
    assertThat(later).exists();
    assertThat(own).exists();
  }

  private static String beside(Path model, String end) {
    return model.getFileName() + "." + end;
  }

  @Test
  void aModelThatWasOnlyCopiedKeepsItsFile() throws IOException {
    Path model = model(TensorType.Q4_0);
    float[] expected = logits(model, 0);
    Path packed = packed().getFirst();
    FileTime written = Files.getLastModifiedTime(packed);
    Files.setLastModifiedTime(model, FileTime.fromMillis(1_000_000));
    assertThat(logits(model, 0)).containsExactly(expected);
    assertThat(packed()).containsExactly(packed);
    assertThat(Files.getLastModifiedTime(packed)).isEqualTo(written);
  }

  @Test
  void whatACrashLeftHalfWrittenDoesNotMatter() throws IOException {
    Path model = model(TensorType.Q4_0);
    Files.write(folder.resolve(".m.gguf." + ProcessHandle.current().pid() + ".part"), new byte[99]);
    float[] expected = logits(model, Long.MAX_VALUE);
    assertThat(logits(model, 0)).containsExactly(expected);
    assertThat(packed()).hasSize(1);
  }

  @Test
  void whereNoFileCanBeWrittenMemoryServesAndANoticeSaysSo() throws IOException {
    Path model = model(TensorType.Q4_0);
    float[] expected = logits(model, Long.MAX_VALUE);
    try (GgufFile file = GgufFile.open(model);
        PreparedWeights weights =
            PreparedWeights.of(
                file,
                folder.resolve("gone/m.gguf"),
                ModelConfig.of(file.metadata()),
                () -> digest(file),
                SILENT,
                0)) {
      assertThat(weights.notice()).get().asString().contains("m.gguf", "memory");
      assertThat(logits(file, weights)).containsExactly(expected);
    }
  }

  @Test
  void whatNobodyElseCouldHaveWrittenIsMappedUnreadAndFoundByPackingAgain() throws IOException {
    Path model = model(TensorType.Q4_0);
    logits(model, 0);
    logits(model, 0);
    Path packed = packed().getFirst();
    byte[] bytes = Files.readAllBytes(packed);
    assertThat(verified(model)).isTrue();
    // Somebody acts as this user: he changes a weight and forges the record that vouches for it.
    FileStat before = FileStat.of(packed).orElseThrow();
    FileDigest recorded = DigestRecord.read(packed, before).orElseThrow();
    bytes[bytes.length - 1] ^= 1;
    Files.write(packed, bytes);
    DigestRecord.write(packed, FileStat.of(packed).orElseThrow(), recorded);
    assertThat(verified(model)).isFalse();
  }

  @Test
  void aFileThatOthersMayWriteIsNotTrusted() throws IOException {
    Path model = model(TensorType.Q4_0);
    float[] expected = logits(model, 0);
    Path packed = packed().getFirst();
    FileTime written = Files.getLastModifiedTime(packed);
    Files.setPosixFilePermissions(packed, PosixFilePermissions.fromString("rw-rw-rw-"));
    Files.setLastModifiedTime(packed, FileTime.fromMillis(1_000_000));
    assertThat(logits(model, 0)).containsExactly(expected);
    assertThat(Files.getLastModifiedTime(packed)).isGreaterThanOrEqualTo(written);
  }

  @Test
  void packingTellsHowFarItIs() throws IOException {
    Path model = model(TensorType.Q4_0);
    List<Long> told = new ArrayList<>();
    long[] total = {0};
    try (GgufFile file = GgufFile.open(model);
        PreparedWeights _ =
            PreparedWeights.of(
                file,
                model,
                ModelConfig.of(file.metadata()),
                () -> digest(file),
                (done, all) -> {
                  told.add(done);
                  total[0] = all;
                },
                0)) {
      assertThat(told).isSorted().last().isEqualTo(total[0]);
    }
  }

  private static boolean verified(Path model) throws IOException {
    try (GgufFile file = GgufFile.open(model);
        PreparedWeights weights =
            PreparedWeights.of(
                file, model, ModelConfig.of(file.metadata()), () -> digest(file), SILENT, 0)) {
      assertThat(weights.mappedBytes()).isPositive();
      return weights.verify(_ -> {});
    }
  }

  private static FileDigest digest(GgufFile file) {
    return FileDigest.of(file.bytes(), _ -> {});
  }

  private Path model(TensorType type) throws IOException {
    return RandomModel.small(type).write(folder.resolve("m.gguf"));
  }

  private List<Path> packed() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".p" + Packer.VERSION)).toList();
    }
  }

  private static float[] logits(Path model, long worthAFile) throws IOException {
    try (GgufFile file = GgufFile.open(model);
        PreparedWeights weights =
            PreparedWeights.of(
                file,
                model,
                ModelConfig.of(file.metadata()),
                () -> digest(file),
                SILENT,
                worthAFile)) {
      assertThat(weights.file().isPresent()).isEqualTo(worthAFile == 0);
      assertThat(weights.weights().output().packed()).isNotNull();
      return logits(file, weights);
    }
  }

  private static float[] logits(GgufFile file, PreparedWeights weights) {
    ModelConfig config = ModelConfig.of(file.metadata());
    try (Workers workers = new Workers(1)) {
      KvLayout layout = Transformer.layout(config, KvType.F16);
      Transformer transformer =
          new Transformer(config, weights.weights(), Kernels.best(), workers, layout, 1);
      KvPage[] pages = layout.pages(1);
      return transformer.forward(List.of(new BatchRow(3, 0, pages, true))).clone();
    }
  }
}
