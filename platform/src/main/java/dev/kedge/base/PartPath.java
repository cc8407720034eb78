package dev.kedge.base;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Names for files that are still being written and then moved into place. */
public final class PartPath {
  private static final AtomicLong WRITTEN = new AtomicLong();

  private PartPath() {}

  /**
   * A hidden name in the target's folder that no other writer has now: neither another process nor
   * another thread of this one. A process that was killed may have left a file of this name.
   */
  public static Path beside(Path target) {
    Path whole = target.toAbsolutePath();
    String writer = ProcessHandle.current().pid() + "-" + WRITTEN.incrementAndGet();
    return whole.resolveSibling("." + whole.getFileName() + "." + writer + ".part");
  }
}
