package dev.kedge.bench.balancing;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/** What happens when; events of one moment happen in the order in which they were planned. */
final class Events {
  private record Event(long time, long number, LongConsumer action) {}

  private final PriorityQueue<Event> planned =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::number));
  private long number;
  private long now;

  void at(long time, LongConsumer action) {
    planned.add(new Event(time, number++, action));
  }

  long now() {
    return now;
  }

  /** Runs until nothing is planned. */
  void run() {
    for (Event next = planned.poll(); next != null; next = planned.poll()) {
      now = next.time();
      next.action().accept(now);
    }
  }
}
