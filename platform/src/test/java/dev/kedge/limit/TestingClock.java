package dev.kedge.limit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands until it is moved. Starts below zero, as the real one may. */
final class TestingClock implements LongSupplier {
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

  @Override
  public long getAsLong() {
    return nanos.get();
  }

  void advanceSeconds(double seconds) {
    nanos.addAndGet((long) (seconds * 1e9));
  }

  void advanceTo(long time) {
    nanos.set(time);
  }

  long in(double seconds) {
    return nanos.get() + (long) (seconds * 1e9);
  }
}
