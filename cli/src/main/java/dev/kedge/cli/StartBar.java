package dev.kedge.cli;

import dev.kedge.app.StartProgress;
import dev.kedge.engine.weights.ByteCount;
import org.jspecify.annotations.Nullable;

/** Shows how far a start is, a bar for each step that takes a while. Thread-safe. */
final class StartBar implements StartProgress, AutoCloseable {
  private static final long PATIENCE_NANOS = 500_000_000;

  private String step = "";
  private long began;
  private @Nullable ProgressBar bar;

  @Override
  public synchronized void update(String now, long doneBytes, long totalBytes) {
    if (!now.equals(step)) {
      close();
      step = now;
      began = System.nanoTime();
    }
    if (bar == null && doneBytes < totalBytes && System.nanoTime() - began > PATIENCE_NANOS) {
      bar = new ProgressBar(Printable.text(now, 40));
    }
    if (bar == null) return;
    bar.update(doneBytes, totalBytes, ByteCount.text(totalBytes));
    if (doneBytes < totalBytes) return;
    bar.done(ByteCount.text(totalBytes));
    close();
  }

  @Override
  public synchronized void close() {
    if (bar != null) bar.close();
    bar = null;
  }
}
