package dev.kedge.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a server's heap near what it needs. The serial collector, which the launcher chooses for
 * its small footprint, collects its old generation only when the largest heap that it may have is
 * full: a quarter of the machine's memory. This collects it when it holds twice of what was alive
 * the last time, some tens of milliseconds every few minutes under full load and never at rest.
 * Keys and values of the engines are no part of either: they are never garbage, and collecting
 * because they grow would make every stream wait for nothing. With another collector it does
 * nothing.
 */
final class HeapBound implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final long LEAST_BYTES = 64L << 20;

  private final @Nullable Thread thread;

  /**
   * @param kept bytes that are held for good, now
   */
  HeapBound(LongSupplier kept) {
    Optional<MemoryPoolMXBean> old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen"))
            .findFirst();
    thread =
        old.map(pool ->
                Thread.ofPlatform().daemon().name("kedge-heap-bound").start(() -> keep(pool, kept)))
            .orElse(null);
  }

  private static void keep(MemoryPoolMXBean pool, LongSupplier kept) {
    Judgement judgement = new Judgement();
    try {
      while (true) {
        Thread.sleep(LOOK);
        MemoryUsage last = pool.getCollectionUsage();
        long alive = last == null ? 0 : last.getUsed();
        if (judgement.isDue(pool.getUsage().getUsed(), alive, kept.getAsLong())) System.gc();
      }
    } catch (InterruptedException _) {
      /* The server closes. */
    }
  }

  /**
   * Remembers how much was kept before the last collection: what is kept when it is seen may have
   * grown since by more than all else takes. For one thread.
   */
  static final class Judgement {
    private long aliveSeen;
    private long keptThen;
    private long keptLast = -1;

    /**
     * Whether to collect now.
     *
     * @param used bytes of the old generation
     * @param alive bytes that the last collection of it left
     * @param kept of the used ones, those that are kept for good
     */
    boolean isDue(long used, long alive, long kept) {
      if (alive != aliveSeen) {
        aliveSeen = alive;
        keptThen = keptLast < 0 ? kept : keptLast;
      }
      keptLast = kept;
      return used - kept > Math.max(LEAST_BYTES, 2 * (alive - keptThen));
    }
  }

  @Override
  public void close() {
    if (thread != null) thread.interrupt();
  }
}
