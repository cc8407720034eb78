package dev.kedge.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory that this process may use.
 *
 * @param heapBytes most that the Java heap may grow to
 * @param machineBytes what machine and container leave free, pages of files counted as free since
 *     they can be given up; empty where it cannot be told
 */
public record MachineMemory(long heapBytes, OptionalLong machineBytes) {
  /** Of this process, now. */
  public static MachineMemory now() {
    return of(Path.of("/"), Runtime.getRuntime().maxMemory());
  }

  /* From the files of Linux below root: the machine's own, and limits of control groups. */
  static MachineMemory of(Path root, long heapBytes) {
    long free = key(root.resolve("proc/meminfo"), "MemAvailable:") * 1024;
    long left = Long.MAX_VALUE;
    for (Path group : groups(root)) left = Math.min(left, left(group));
    if (free > 0) left = Math.min(left, free);
    boolean known = free > 0 || left < Long.MAX_VALUE;
    return new MachineMemory(heapBytes, known ? OptionalLong.of(left) : OptionalLong.empty());
  }

  /* The process's own group and those around it, in version 2; the mount's root in both. */
  private static List<Path> groups(Path root) {
    Path mount = root.resolve("sys/fs/cgroup");
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      if (!line.startsWith("0::/") || line.contains("..")) continue;
      Path own = mount.resolve(line.substring(4)).normalize();
      List<Path> groups = new ArrayList<>(List.of(mount.resolve("memory")));
      for (Path at = own; at != null && at.startsWith(mount); at = at.getParent()) groups.add(at);
      return groups;
    }
    return List.of(mount, mount.resolve("memory"));
  }

  private static long left(Path group) {
    long limit =
        Math.min(
            number(group.resolve("memory.max")), number(group.resolve("memory.limit_in_bytes")));
    if (limit == Long.MAX_VALUE) return limit;
    long used = number(group.resolve("memory.current"));
    if (used == Long.MAX_VALUE) used = number(group.resolve("memory.usage_in_bytes"));
    if (used == Long.MAX_VALUE) used = 0;
    Path statistics = group.resolve("memory.stat");
    long files = key(statistics, "inactive_file ") + key(statistics, "active_file ");
    return Math.max(0, limit - Math.max(0, used - files));
  }

  /* The file's number; the largest where there is none, or "max". */
  private static long number(Path file) {
    for (String line : lines(file)) {
      if (line.matches("\\d{1,18}")) return Long.parseLong(line);
    }
    return Long.MAX_VALUE;
  }

  /* The first number behind a key, or 0. */
  private static long key(Path file, String key) {
    for (String line : lines(file)) {
      if (!line.startsWith(key)) continue;
      String rest = line.substring(key.length()).strip();
      int space = rest.indexOf(' ');
      String digits = space < 0 ? rest : rest.substring(0, space);
      if (digits.matches("\\d{1,15}")) return Long.parseLong(digits);
    }
    return 0;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      return List.of(); // not readable is as good as not there
    }
  }
}
