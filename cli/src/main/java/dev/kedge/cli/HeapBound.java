package dev.kedge.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a server's heap near what it needs. The serial collector, which the launcher chooses for
 * its small footprint, collects its old generation only when the largest heap that it may have is
 * full: a quarter of the machine's memory. This collects it when it holds twice of what was alive
 * the last time, some tens of milliseconds every few minutes under full load and never at rest.
 * With another collector it does nothing.
 */
final class HeapBound implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final long LEAST_BYTES = 64L << 20;

  private final @Nullable Thread thread;

  HeapBound() {
    Optional<MemoryPoolMXBean> old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen"))
            .findFirst();
    thread =
        old.map(pool ->
                Thread.ofPlatform().daemon().name("kedge-heap-bound").start(() -> keep(pool)))
            .orElse(null);
  }

  private static void keep(MemoryPoolMXBean pool) {
    try {
      while (true) {
        Thread.sleep(LOOK);
        MemoryUsage last = pool.getCollectionUsage();
        if (isDue(pool.getUsage().getUsed(), last == null ? 0 : last.getUsed())) System.gc();
      }
    } catch (InterruptedException _) {
      /* The server closes. */
    }
  }

  /**
   * Whether to collect now.
   *
   * @param used bytes of the old generation
   * @param alive bytes that the last collection of it left
   */
  static boolean isDue(long used, long alive) {
    return used > Math.max(LEAST_BYTES, 2 * alive);
  }

  @Override
  public void close() {
    if (thread != null) thread.interrupt();
  }
}
