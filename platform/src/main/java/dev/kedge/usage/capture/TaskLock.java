package dev.kedge.usage.capture;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Keeps others from changing the files of a task, in this process and in others. */
final class TaskLock implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 10_000_000;

  private final FileChannel channel;

  private TaskLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits for its turn. */
  static TaskLock of(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (tryLock(channel) == null) {
        if (System.nanoTime() > end) {
          throw new KedgeException(
              new Failure.Unavailable(
                  folder + " is being changed by another process", "capture_in_use", 1));
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      return new TaskLock(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by another thread of this process
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
