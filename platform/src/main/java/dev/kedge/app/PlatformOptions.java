package dev.kedge.app;

import dev.kedge.base.KedgeException;
import dev.kedge.config.EngineSection;
import dev.kedge.engine.EngineOptions;
import dev.kedge.http.HttpOptions;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a {@link Platform} is made of.
 *
 * @param modelFile a GGUF file
 * @param modelName the name that clients call it by
 * @param deadline longest time for one call
 * @param grace how long running calls may go on when the platform closes
 * @param verify when a file that is unchanged since it was last verified is read again
 */
public record PlatformOptions(
    Path modelFile,
    String modelName,
    EngineOptions engine,
    HttpOptions http,
    Duration deadline,
    Duration grace,
    EngineSection.Verify verify) {
  private static final int MAX_NAME_LENGTH = 200;

  public PlatformOptions {
    boolean plain = modelName.chars().allMatch(c -> c > ' ' && c < 0x7F);
    if (modelName.isEmpty() || modelName.length() > MAX_NAME_LENGTH || !plain) {
      throw KedgeException.invalid(
          "the model's name must be 1 to "
              + MAX_NAME_LENGTH
              + " printable ASCII characters without blanks; give one with --name");
    }
  }

  /** A known file is read again after the start. */
  public PlatformOptions(
      Path modelFile,
      String modelName,
      EngineOptions engine,
      HttpOptions http,
      Duration deadline,
      Duration grace) {
    this(modelFile, modelName, engine, http, deadline, grace, EngineSection.Verify.AFTER);
  }

  /** Ten minutes per call, 20 seconds to finish. */
  public PlatformOptions(Path modelFile, String modelName, EngineOptions engine, HttpOptions http) {
    this(modelFile, modelName, engine, http, Duration.ofMinutes(10), Duration.ofSeconds(20));
  }

  /** The same, with a known file read again at this time. */
  public PlatformOptions verified(EngineSection.Verify when) {
    return new PlatformOptions(modelFile, modelName, engine, http, deadline, grace, when);
  }

  /** A file's name without its folder and its ending. */
  public static String nameOf(Path modelFile) {
    Path last = modelFile.getFileName();
    String name = last == null ? "" : last.toString();
    return name.endsWith(".gguf") ? name.substring(0, name.length() - ".gguf".length()) : name;
  }
}
