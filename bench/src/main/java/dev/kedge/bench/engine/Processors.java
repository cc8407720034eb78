package dev.kedge.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Processor time since a moment, in hundredths of a second, from Linux's {@code /proc}: how much of
 * the machine others took while something was measured.
 *
 * @param all of the machine, idle time included
 * @param busy of the machine
 * @param own of this process and its children
 */
record Processors(long all, long busy, long own) {
  private static final int IDLE = 3;
  private static final int WAITING_FOR_DISK = 4;
  private static final int FIELDS = 8;

  /** The counters now; all 0 where the system has none. */
  static Processors now() {
    try {
      String line = Files.readAllLines(Path.of("/proc/stat")).getFirst();
      long[] times =
          Arrays.stream(line.replaceFirst("cpu +", "").split(" ", -1))
              .limit(FIELDS)
              .mapToLong(Long::parseLong)
              .toArray();
      long all = Arrays.stream(times).sum();
      long own = of(ProcessHandle.current());
      for (ProcessHandle child : ProcessHandle.current().children().toList()) own += of(child);
      return new Processors(all, all - times[IDLE] - times[WAITING_FOR_DISK], own);
    } catch (IOException e) {
      return new Processors(0, 0, 0);
    }
  }

  /* Fields 14 and 15 of proc_pid_stat(5); field 2 may hold blanks. */
  private static long of(ProcessHandle process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /** Share of the machine that other processes took since then. */
  OptionalDouble othersSince(Processors then) {
    if (all <= then.all) return OptionalDouble.empty();
    double others = (double) (busy - then.busy) - (own - then.own);
    return OptionalDouble.of(Math.max(0, others / (all - then.all)));
  }

  /** The same in words. */
  String wordsSince(Processors then) {
    OptionalDouble share = othersSince(then);
    return share.isEmpty()
        ? "unknown"
        : String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble());
  }
}
