package dev.kedge.eval.run;

import dev.kedge.base.KedgeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** Reads the cases of a run one after the other. For one thread; to be closed. */
public final class RunCases implements AutoCloseable {
  private final Path file;
  private final BufferedReader reader;
  private long number;

  RunCases(Path file) throws IOException {
    this.file = file;
    this.reader = Files.newBufferedReader(file);
  }

  /**
   * The next case; empty behind the last.
   *
   * @throws KedgeException if a line is broken, naming it
   */
  public Optional<RunCase> next() throws IOException {
    String line = reader.readLine();
    if (line == null) return Optional.empty();
    number++;
    try {
      return Optional.of(RunFolder.JSON.readValue(line, RunCase.class));
    } catch (JacksonException e) {
      throw KedgeException.invalid(
          file + ":" + number + ": not a case of a run: " + e.getOriginalMessage());
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
