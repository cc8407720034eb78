package dev.kedge.engine.weights;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Public test data beside the project; tests that need it are skipped where it is absent. */
final class SharedData {
  private SharedData() {}

  static Path file(String name) {
    Path file = Path.of(System.getProperty("kedge.shared", "../../shared"), "data", name);
    assumeTrue(Files.exists(file), () -> "skipped: " + file + " is absent");
    return file;
  }
}
