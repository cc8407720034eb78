package dev.kedge.engine.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.model.Families;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports whose process is killed. */
@Timeout(120)
class ResumedImportTest {
  private static final FolderImport.Progress QUIET = (step, done, total) -> {};

  @TempDir private Path folder;
  private Path source;
  private Path output;
  private byte[] expected;

  @BeforeEach
  void importWithoutInterruption() throws IOException {
    Path direct = Families.LLAMA.file(TensorType.F32).write(folder.resolve("direct.gguf"));
    try (GgufFile file = GgufFile.open(direct)) {
      source = PublishedFolder.write(file, folder.resolve("m"), "llama", "");
    }
    Path whole = folder.resolve("whole").resolve("out.gguf");
    Files.createDirectories(whole.getParent());
    FolderImport.run(source, whole, options(FileType.Q8_0), QUIET);
    expected = Files.readAllBytes(whole);
    output = Files.createDirectories(folder.resolve("there")).resolve("out.gguf");
  }

  private static FolderImport.Options options(FileType type) {
    return new FolderImport.Options(Optional.of(type), true, 1, "test");
  }

  /* Kills the process of an import when it has done this share of its work. */
  private void interrupt(FileType type, double share) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmx128m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    InterruptedImport.class.getName(),
                    source.toString(),
                    output.toString(),
                    type.name(),
                    Double.toString(share)))
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("there");
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    assertThat(output).doesNotExist();
  }

  private FolderImport.Result finish(FileType type) throws IOException {
    return FolderImport.run(source, output, options(type), QUIET);
  }

  private Path part() {
    return output.resolveSibling(".out.gguf.import.part");
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("there"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("out.gguf", "out.gguf.build.json", "out.gguf.verified");
    }
  }

  /* The folder's files are digested in the first part of the work. */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.82, 0.9, 0.999})
  void aKilledImportGoesOnAndGivesTheSameBytes(double share) throws Exception {
    interrupt(FileType.Q8_0, share);
    FolderImport.Result result = finish(FileType.Q8_0);
    assertThat(output).hasBinaryContent(expected);
    assertThat(result.output().bytes()).isEqualTo(expected.length);
    if (share < 0.5) assertThat(result.resumption().keptTensors()).isZero();
    else assertThat(result.resumption().keptTensors()).isPositive();
    assertThat(result.resumption().otherRemoved()).isFalse();
    assertNothingLeft();
  }

  @Test
  void anImportThatIsKilledAgainAndAgainGetsOn() throws Exception {
    for (double share : new double[] {0.85, 0.9, 0.97}) interrupt(FileType.Q8_0, share);
    assertThat(finish(FileType.Q8_0).resumption().keptTensors()).isPositive();
    assertThat(output).hasBinaryContent(expected);
    assertNothingLeft();
  }

  @Test
  void aTensorThatIsNotWhatItsDigestSaysIsWrittenAgainWithAllBehindIt() throws Exception {
    interrupt(FileType.Q8_0, 0.999);
    int all;
    try (FileChannel channel =
        FileChannel.open(part(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      all = (int) channel.size();
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, all / 2);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, all / 2);
    }
    FolderImport.Result result = finish(FileType.Q8_0);
    int tensors = result.tensors().values().stream().mapToInt(Integer::intValue).sum();
    assertThat(result.resumption().keptTensors()).isBetween(1, tensors - 2);
    assertThat(output).hasBinaryContent(expected);
  }

  @Test
  void aJournalThatIsCutOffOrTellsOfMoreThanThereIsDoesNoHarm() throws Exception {
    interrupt(FileType.Q8_0, 0.999);
    Path journal = part().resolveSibling(part().getFileName() + ".journal");
    byte[] lines = Files.readAllBytes(journal);
    Files.write(journal, java.util.Arrays.copyOf(lines, lines.length - 7));
    try (FileChannel channel = FileChannel.open(part(), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() * 2 / 3);
    }
    assertThat(finish(FileType.Q8_0).resumption().keptTensors()).isPositive();
    assertThat(output).hasBinaryContent(expected);
    assertNothingLeft();
  }

  @Test
  void aChangedFolderOrAnotherTypeBeginsAnewAndSaysSo() throws Exception {
    interrupt(FileType.F16, 0.9);
    FolderImport.Result other = finish(FileType.Q8_0);
    assertThat(other.resumption().otherRemoved()).isTrue();
    assertThat(other.resumption().keptTensors()).isZero();
    assertThat(output).hasBinaryContent(expected);
    Files.delete(output);
    interrupt(FileType.Q8_0, 0.9);
    Path config = source.resolve("config.json");
    Files.writeString(config, Files.readString(config) + "\n");
    FolderImport.Result changed = finish(FileType.Q8_0);
    assertThat(changed.resumption().otherRemoved()).isTrue();
    assertThat(changed.resumption().keptTensors()).isZero();
    assertNothingLeft();
  }

  @Test
  void aPartThatOthersCanWriteIsNotGoneOnWith() throws Exception {
    interrupt(FileType.Q8_0, 0.95);
    Files.setPosixFilePermissions(
        part(), java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(finish(FileType.Q8_0).resumption().keptTensors()).isZero();
    assertThat(output).hasBinaryContent(expected);
    assertNothingLeft();
  }

  @Test
  void twoImportsOfTheSameFileDoNotMeet() throws IOException {
    assertThatThrownBy(() ->
            FolderImport.run(
                source,
                output,
                options(FileType.Q8_0),
                (step, done, total) -> {
                  if (done < total * 0.9) return;
                  try {
                    finish(FileType.Q8_0);
                  } catch (IOException e) {
                    throw new IllegalStateException(e.getMessage());
                  }
                }))
        .hasMessageContaining("another import writes");
    assertThat(finish(FileType.Q8_0).resumption().keptTensors()).isZero();
    assertThat(output).hasBinaryContent(expected);
  }
}
