package dev.kedge.cli;

import dev.kedge.pilot.Console;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Shows a pilot on standard error: a progress line per step, and the answers as they arrive. */
final class PilotConsole implements Console, AutoCloseable {
  private final PrintStream out;
  private final boolean terminal;
  private @Nullable ProgressBar bar;
  private String label = "";

  PilotConsole() {
    this(System.err, Boolean.getBoolean("kedge.terminal"));
  }

  PilotConsole(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public synchronized void step(int number, int of, String title) {
    label = number + "/" + of + " " + title;
    bar = new ProgressBar(label, out, terminal);
  }

  @Override
  public synchronized void update(long done, long total, String remark) {
    if (bar != null) bar.update(done, total, Printable.text(remark, 70));
  }

  @Override
  public synchronized void done(String result) {
    if (bar == null) return;
    bar.done(Printable.text(result));
    // A step may have several parts: the next one has its own time.
    bar = new ProgressBar(label, out, terminal);
  }

  @Override
  public synchronized void question(String text) {
    out.println();
    out.println("  customer  " + Printable.text(text, 400));
    out.print("  model     ");
    out.flush();
  }

  @Override
  public synchronized void piece(String text) {
    out.print(Printable.text(text));
    out.flush();
  }

  @Override
  public synchronized void answered(String remark) {
    out.println();
    out.println("            (" + Printable.text(remark, 200) + ")");
    out.flush();
  }

  @Override
  public synchronized void close() {
    if (bar != null) bar.close();
  }
}
