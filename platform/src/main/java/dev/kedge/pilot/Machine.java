package dev.kedge.pilot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where the pilot ran.
 *
 * @param cpu the processor's name as the system tells it
 * @param cores that this process may use
 * @param memoryBytes of the machine; 0 where the system does not tell
 * @param system operating system and architecture
 * @param jvm name and version
 */
public record Machine(String cpu, int cores, long memoryBytes, String system, String jvm) {
  /** This machine. */
  public static Machine here() {
    return new Machine(
        first(Path.of("/proc/cpuinfo"), "model name", "unknown processor"),
        Runtime.getRuntime().availableProcessors(),
        1024 * number(first(Path.of("/proc/meminfo"), "MemTotal", "0")),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
  }

  private static String first(Path file, String key, String fallback) {
    if (!Files.isReadable(file)) return fallback;
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key) && line.contains(":"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(fallback);
    } catch (IOException e) {
      return fallback; // a detail of the report, not worth failing for
    }
  }

  private static long number(String text) {
    String digits = text.replaceAll("[^0-9].*", "");
    return digits.isEmpty() || digits.length() > 15 ? 0 : Long.parseLong(digits);
  }
}
