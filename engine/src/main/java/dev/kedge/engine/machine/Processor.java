package dev.kedge.engine.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What this processor can do, by the names that Linux gives its features. */
public final class Processor {
  private static final Path FILE = Path.of("/proc/cpuinfo");
  private static final String LABEL = "flags";

  private Processor() {}

  /** Whether all its cores, and the system, have all of these; not where that is not known. */
  public static boolean has(String... features) {
    List<Set<String>> cores;
    try (Stream<String> lines = Files.lines(FILE)) {
      cores = lines.filter(line -> line.startsWith(LABEL)).map(Processor::flags).toList();
    } catch (IOException e) {
      return false;
    }
    return !cores.isEmpty()
        && cores.stream().allMatch(flags -> flags.containsAll(Set.of(features)));
  }

  private static Set<String> flags(String line) {
    return Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+")));
  }
}
