package dev.kedge.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  private static final GgufWriter.Observer QUIET =
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
}
