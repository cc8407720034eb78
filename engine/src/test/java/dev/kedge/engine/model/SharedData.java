package dev.kedge.engine.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are not part of the project; tests that need one skip without it. */
public final class SharedData {
  private SharedData() {}

  /** The path below {@code data/}, or the test is skipped. */
  public static Path require(String path) {
    Path root = Path.of(System.getProperty("kedge.shared", "../../shared"));
    Path file = root.resolve("data").resolve(path);
    if (!Files.exists(file)) System.out.println("skipped: " + file + " is not there");
    assumeTrue(Files.exists(file), file + " is not there");
    return file;
  }
}
