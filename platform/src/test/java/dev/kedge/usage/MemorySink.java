package dev.kedge.usage;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps records in memory, by id as a store does; can be stopped and broken. */
final class MemorySink implements UsageSink {
  private final Map<String, UsageRecord> records = new LinkedHashMap<>();
  private final Semaphore open = new Semaphore(1);
  private final AtomicInteger failures = new AtomicInteger();
  private int given;

  /** The next so many transactions fail. */
  MemorySink failing(int times) {
    failures.set(times);
    return this;
  }

  /** Takes nothing until {@link #resume}. */
  void stop() {
    open.acquireUninterruptibly();
  }

  void resume() {
    open.release();
  }

  @Override
  public void add(List<UsageRecord> batch) {
    open.acquireUninterruptibly();
    try {
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("the store is away");
      }
      synchronized (this) {
        given += batch.size();
        for (UsageRecord record : batch) records.putIfAbsent(record.id(), record);
      }
    } finally {
      open.release();
    }
  }

  synchronized Collection<UsageRecord> records() {
    return List.copyOf(records.values());
  }

  /** How many records came, repeated ones included. */
  synchronized int given() {
    return given;
  }
}
