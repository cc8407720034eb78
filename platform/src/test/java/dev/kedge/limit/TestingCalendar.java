package dev.kedge.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test sets. */
final class TestingCalendar implements InstantSource {
  private final AtomicReference<Instant> now;

  TestingCalendar(String start) {
    now = new AtomicReference<>(Instant.parse(start));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  void advance(Duration time) {
    now.updateAndGet(old -> old.plus(time));
  }

  void set(String time) {
    now.set(Instant.parse(time));
  }
}
