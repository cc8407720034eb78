package dev.kedge.engine.chat.jinja;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Reads the test files of chat templates. */
public final class TestingResources {
  private TestingResources() {}

  /** A file below the resources of the package {@code chat}. */
  public static String text(String name) throws IOException {
    try (var in = TestingResources.class.getResourceAsStream("/dev/kedge/engine/chat/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Undoes the escapes of golden files. */
  public static String unescape(String line) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\') {
        char escaped = line.charAt(++i);
        out.append(escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
