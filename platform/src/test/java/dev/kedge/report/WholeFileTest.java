package dev.kedge.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path folder;

  @Test
  void manyThreadsThatWriteTheSameFileLeaveOneWholeText() throws Exception {
    Path file = folder.resolve("new/report.txt");
    List<Future<?>> writes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 400; i++) {
        String text = Integer.toString(i % 10).repeat(1 + i * 50);
        writes.add(
            threads.submit(() -> {
              WholeFile.write(file, text);
              return text;
            }));
      }
    }
    List<String> texts = new ArrayList<>();
    for (Future<?> write : writes) texts.add(write.get().toString());

    assertThat(texts).contains(Files.readString(file));
    assertThat(left(file)).containsExactly("report.txt");
  }

  @Test
  void aTextReplacesTheLastOne() throws IOException {
    Path file = folder.resolve("report.txt");
    WholeFile.write(file, "a longer first text");
    WholeFile.write(file, "second");

    assertThat(file).hasContent("second");
    assertThat(left(file)).containsExactly("report.txt");
  }

  private static List<String> left(Path file) throws IOException {
    try (var names = Files.list(file.getParent())) {
      return names.map(path -> path.getFileName().toString()).toList();
    }
  }
}
