package dev.kedge.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret lies; the secret itself is never in a configuration and never printed.
 *
 * @param place {@code env:NAME} for a variable of the environment, {@code file:PATH} for a file
 *     whose only content it is
 */
public record SecretReference(String place) {
  private static final String VARIABLE = "env:";
  private static final String FILE = "file:";
  private static final long LARGEST_BYTES = 64 << 10;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SecretReference {
    boolean known = place.startsWith(VARIABLE) || place.startsWith(FILE);
    if (!known || place.endsWith(":")) {
      // Not repeated: whoever writes the secret itself here must not find it in a log.
      throw new IllegalArgumentException(
          "a secret is named by its place, env:NAME or file:/path/to/it, never written out");
    }
  }

  /**
   * Reads the secret, white space at both ends removed.
   *
   * @throws KedgeException naming the place if there is none
   */
  public String read() {
    return read(System::getenv);
  }

  String read(UnaryOperator<@Nullable String> environment) {
    String secret =
        place.startsWith(VARIABLE)
            ? environment.apply(place.substring(VARIABLE.length()))
            : content(Path.of(place.substring(FILE.length())));
    if (secret == null || secret.isBlank()) {
      throw KedgeException.invalid(
          "the secret " + place + " is missing or empty; set it, or name another place");
    }
    String stripped = secret.strip();
    if (stripped.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw KedgeException.invalid(
          "the secret " + place + " holds a line break or a character outside of ASCII");
    }
    return stripped;
  }

  private String content(Path file) {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw KedgeException.invalid("the secret " + place + " is larger than 64 KiB");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw KedgeException.invalid(
          "the secret "
              + place
              + " cannot be read ("
              + e.getMessage()
              + "); check path and rights");
    }
  }
}
