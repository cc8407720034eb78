package dev.kedge.eval.run;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.score.EvalCase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON lines. It is read once to check it (each line a case, no id twice) and to digest
 * it; of a case only a hash of its id is kept.
 */
public final class JsonLinesSource implements CaseSource {
  private static final int LONGEST_LINE = 16 << 20;

  /** Makes a case of a line. */
  public interface Format {
    /**
     * Reads one line.
     *
     * @param number of the line, from 1
     * @throws KedgeException if it is no case; the message says why, not where
     */
    EvalCase read(String line, long number);
  }

  private final Path file;
  private final String name;
  private final Format format;
  private final String sha256;
  private final long size;

  private JsonLinesSource(Path file, String name, Format format) throws IOException {
    this.file = file;
    this.name = name;
    this.format = format;
    this.sha256 = digest(file);
    this.size = check();
  }

  /** The cases of a task: {@code input}, {@code expected} and what {@link CaseFormat} knows. */
  public static JsonLinesSource of(Path file) throws IOException {
    return of(file, new CaseFormat());
  }

  /** The same under a name by which people know it. */
  public static JsonLinesSource of(Path file, String name) throws IOException {
    return new JsonLinesSource(file, name, new CaseFormat());
  }

  /**
   * Cases in a format of their own.
   *
   * @throws KedgeException naming file and line if a line does not fit or an id stands twice
   */
  public static JsonLinesSource of(Path file, Format format) throws IOException {
    return new JsonLinesSource(file, String.valueOf(file.getFileName()), format);
  }

  private static String digest(Path file) throws IOException {
    Sha256 digest = new Sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) digest.add(buffer, n);
    }
    return digest.hex();
  }

  private long check() throws IOException {
    Set<String> seen = new HashSet<>();
    long cases = 0;
    try (Reading reading = new Reading()) {
      while (reading.hasNext()) {
        EvalCase next = reading.next();
        // 64 bits of a digest: a chance of 10^-9 to see two alike among 100,000.
        String hash = Sha256.of(next.id().getBytes(StandardCharsets.UTF_8)).substring(0, 16);
        if (!seen.add(hash)) throw reading.wrong("the id '" + next.id() + "' stands twice");
        cases++;
      }
    }
    if (cases == 0) throw KedgeException.invalid(file + ": no cases");
    return cases;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Cases open() throws IOException {
    return new Reading();
  }

  private final class Reading implements Cases {
    private final BufferedReader reader = Files.newBufferedReader(file);
    private long number;
    private @Nullable EvalCase ahead;

    Reading() throws IOException {}

    @Override
    public boolean hasNext() {
      if (ahead != null) return true;
      ahead = read().orElse(null);
      return ahead != null;
    }

    @Override
    public EvalCase next() {
      if (!hasNext() || ahead == null) throw new NoSuchElementException();
      EvalCase next = ahead;
      ahead = null;
      return next;
    }

    private Optional<EvalCase> read() {
      try {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          number++;
          if (line.isBlank()) continue;
          if (line.length() > LONGEST_LINE) throw wrong("longer than 16 Mi characters");
          return Optional.of(format.read(line, number));
        }
        return Optional.empty();
      } catch (KedgeException e) {
        if (e.getMessage() != null && e.getMessage().startsWith(file.toString())) throw e;
        throw wrong(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    KedgeException wrong(String reason) {
      return KedgeException.invalid(file + ":" + number + ": " + reason);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** Texts of a list of JSON strings. */
  static List<String> texts(tools.jackson.databind.JsonNode list) {
    return list.values().stream().map(tools.jackson.databind.JsonNode::asString).toList();
  }
}
