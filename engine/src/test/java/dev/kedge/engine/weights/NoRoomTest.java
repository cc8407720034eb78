package dev.kedge.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that no disk has room for. */
class NoRoomTest {
  static final GgufWriter.Observer QUIET =
      new GgufWriter.Observer() {
        @Override
        public void checked(String tensor, long bytes) {}

        @Override
        public void resumed(GgufWriter.Resumption resumption) {}
      };

  @TempDir private Path folder;

  private Path target() {
    return folder.resolve("out.gguf");
  }

  private static GgufWriter small() {
    return new GgufWriter(Metadata.builder().build())
        .tensor("first", new long[] {2}, new float[] {1, 2});
  }

  /* 2⁵² bytes beside the small one. */
  private static GgufWriter huge() {
    return small().tensor("huge", TensorType.F32, new long[] {1 << 20, 1 << 30}, _ -> {});
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private void assertRefused() {
    assertThatThrownBy(() -> huge().resume(target(), "source", QUIET))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("make room or name another folder");
  }

  @Test
  void aRefusedWritingLeavesNothing() throws IOException {
    assertThatThrownBy(() -> huge().write(target()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("make room or name another folder");
    assertThat(names()).isEmpty();
  }

  @Test
  void aRefusedWritingThatCouldBeGoneOnWithLeavesNothing() throws IOException {
    assertRefused();
    assertThat(names()).isEmpty();
  }

  @Test
  void aRefusalKeepsWhatAnInterruptedWritingHasLeft() throws IOException {
    TensorSource broken =
        sink -> {
          sink.write(MemorySegment.ofArray(new byte[4]));
          throw new IOException("the disk is gone");
        };
    GgufWriter interrupted = small().tensor("second", TensorType.F32, new long[] {2}, broken);
    assertThatThrownBy(() -> interrupted.resume(target(), "source", QUIET))
        .hasMessageContaining("the disk is gone");
    List<String> left = names();
    assertThat(left).containsExactly(".out.gguf.import.part", ".out.gguf.import.part.journal");
    byte[] part = Files.readAllBytes(folder.resolve(left.getFirst()));
    assertRefused();
    assertThat(names()).isEqualTo(left);
    assertThat(folder.resolve(left.getFirst())).hasBinaryContent(part);
  }

  /* The system refuses to let a file of the process grow beyond 16 or 32 KB. */
  private String limited(String way) throws Exception {
    Path sh = Path.of("/bin/sh");
    assumeTrue(Files.isExecutable(sh), "needs a shell that can limit the size of files");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                sh.toString(),
                "-c",
                "ulimit -f 32; exec \"$@\"",
                "sh",
                java,
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LimitedWriting.class.getName(),
                target().toString(),
                way)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader()) {
      return String.valueOf(out.readLine());
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  @Test
  void aDiskThatFillsWhileAFileIsWrittenIsToldWithItsPlaceAndLeavesNothing() throws Exception {
    assertThat(limited("write"))
        .startsWith(target() + " could not be written (")
        .endsWith("): make room or name another folder");
    assertThat(names()).isEmpty();
  }

  @Test
  void aDiskThatFillsWhileAFileIsWrittenThatCanBeGoneOnWithKeepsItAndSaysSo() throws Exception {
    assertThat(limited("resume"))
        .startsWith(target() + " could not be written (")
        .contains("make room and do it again", folder.resolve(".out.gguf.import.part").toString());
    assertThat(names()).containsExactly(".out.gguf.import.part", ".out.gguf.import.part.journal");
  }

  @Test
  void aFolderThatCannotBeWrittenIsToldWithTheFileThatWasAskedFor() throws IOException {
    // Nobody, the administrator included, makes files there.
    Path sealed = Path.of("/proc/self/out.gguf");
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs a folder that nobody can write");
    String told = sealed + " could not be written (";
    assertThatThrownBy(() -> small().write(sealed)).hasMessageStartingWith(told);
    assertThatThrownBy(() -> small().resume(sealed, "source", QUIET)).hasMessageStartingWith(told);
  }
}
