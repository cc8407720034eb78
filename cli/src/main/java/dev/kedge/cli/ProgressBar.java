package dev.kedge.cli;

import java.io.PrintStream;
import java.time.Duration;

/**
 * One line on standard error that shows how far a step is: redrawn in place on a terminal, printed
 * every ten seconds elsewhere. Not thread-safe.
 */
final class ProgressBar implements AutoCloseable {
  /* The launcher sets kedge.terminal where standard error is a terminal. */
  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long PRINT_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private final String label;
  private final long start = System.nanoTime();
  private long shown;
  private String line = "";

  ProgressBar(String label) {
    this(label, System.err, Boolean.getBoolean("kedge.terminal"));
  }

  ProgressBar(String label, PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    this.label = label;
    this.shown = terminal ? 0 : start;
  }

  /** Shows {@code done} of {@code total} (0 where unknown) and a remark such as a rate. */
  void update(long done, long total, String remark) {
    long now = System.nanoTime();
    if (now - shown < (terminal ? REDRAW_NANOS : PRINT_NANOS)) return;
    shown = now;
    double share = total <= 0 ? 0 : Math.min(1, (double) done / total);
    int full = (int) Math.round(share * WIDTH);
    line =
        "%-22s %s%s %3.0f %%  %s"
            .formatted(label, "█".repeat(full), "░".repeat(WIDTH - full), 100 * share, remark);
    if (terminal) out.print("\r\033[2K" + line);
    else out.println(line);
    out.flush();
  }

  /** Ends the line with a result. */
  void done(String result) {
    double seconds = (System.nanoTime() - start) / 1e9;
    out.println(
        (terminal ? "\r\033[2K" : "") + "%-22s %s  (%.1f s)".formatted(label, result, seconds));
    out.flush();
    line = "";
  }

  /** Leaves what was last shown on its own line if the step did not end with {@link #done}. */
  @Override
  public void close() {
    if (terminal && !line.isEmpty()) out.println();
  }
}
