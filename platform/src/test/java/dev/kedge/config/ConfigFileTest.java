package dev.kedge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final String SMALLEST =
      "name: desk\nmodel:\n  file: m.gguf\n  sha256: " + "0".repeat(64) + "\nholdout: h.jsonl\n";

  @TempDir Path folder;

  private TaskFile read(String yaml) throws IOException {
    Files.writeString(folder.resolve("task.yaml"), yaml);
    return TaskFile.read(folder);
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws IOException {
    TaskFile task = read(SMALLEST);
    assertThat(task.targets().exactMatch()).isEqualTo(0.85);
    assertThat(task.load().arrivals()).isEqualTo(TaskFile.Arrivals.POISSON);
    assertThat(task.cost().monthsToPayBack()).isEqualTo(12);
    assertThat(task.schema()).isEmpty();
  }

  @Test
  void anUnknownKeyNamesItsLineAndTheNearestKnownOne() {
    assertThatThrownBy(() -> read(SMALLEST + "targets:\n  exact_mach: 0.9\n"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("task.yaml:7")
        .hasMessageContaining("did you mean 'exact_match'");
  }

  @Test
  void wrongValuesAreNamedWithTheirPlace() {
    assertThatThrownBy(() -> read(SMALLEST + "targets:\n  exact_match: 1.5\n"))
        .hasMessageContaining("exact_match must be from 0");
    assertThatThrownBy(() -> read(SMALLEST + "load:\n  rate: fast\n"))
        .hasMessageContaining("task.yaml:7")
        .hasMessageContaining("rate");
    assertThatThrownBy(() -> read("name: x\n")).hasMessageContaining("'model' is missing");
    assertThatThrownBy(() -> read("")).hasMessageContaining("empty");
    assertThatThrownBy(() -> read(SMALLEST + "name: twice\n")).hasMessageContaining("task.yaml");
    assertThatThrownBy(() -> read("a: &x [*x, *x]\n")).isInstanceOf(KedgeException.class);
  }

  @Test
  void aMissingTaskFileTellsWhatAFolderNeeds() {
    assertThatThrownBy(() -> TaskFile.read(folder)).hasMessageContaining("task.yaml");
  }
}
