package dev.kedge.limit;

import dev.kedge.base.KedgeException;
import dev.kedge.config.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Callers before one queue in virtual time: each keeps a number of calls open, whose service takes
 * as long as the tokens they use. Checks after every step that no place is free while a call waits,
 * and that no more calls run than there are places.
 */
final class QueueSimulation {
  private static final double SECONDS_PER_TOKEN = 0.001;

  final TestingClock clock = new TestingClock();
  final FairQueue queue;
  final List<Caller> callers = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final SplittableRandom random;
  private final QueueSize size;
  private long steps;

  QueueSimulation(QueueSize size, long seed) {
    this.size = size;
    this.queue = new FairQueue("m", size, clock);
    this.random = new SplittableRandom(seed);
  }

  private record Event(long time, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time - other.time, 0);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** A tenant whose calls use {@code tokens} on average and say {@code factor} times as many. */
  final class Caller {
    final String tenant;
    final double weight;
    final Priority priority;
    final int tokens;
    final double factor;
    double cancelled;
    boolean stopped;
    double deadlineSeconds = 1e6;
    long served;
    long calls;
    long refused;
    long late;
    double longestWait;

    Caller(String tenant, double weight, Priority priority, int tokens, double factor) {
      this.tenant = tenant;
      this.weight = weight;
      this.priority = priority;
      this.tokens = tokens;
      this.factor = factor;
      callers.add(this);
    }

    /** Keeps so many calls open from a time on. */
    Caller keepOpen(int open, double fromSeconds) {
      for (int i = 0; i < open; i++) at(clock.in(fromSeconds), this::call);
      return this;
    }

    private void call() {
      if (stopped) return;
      long used = 1 + (long) (-tokens * Math.log(1 - random.nextDouble()));
      long asked = clock.getAsLong();
      long deadline = clock.in(deadlineSeconds);
      Turn turn;
      try {
        turn =
            queue.ask(new Ticket(tenant, weight, priority, (long) (used * factor) + 1, deadline));
      } catch (KedgeException _) {
        refused++;
        again();
        return;
      }
      waitFor(turn, used, asked, deadline);
      if (random.nextDouble() < cancelled) {
        at(
            clock.in(random.nextDouble() * 5),
            () -> {
              turn.cancel();
              settle();
            });
      }
    }

    private void waitFor(Turn turn, long used, long asked, long deadline) {
      pending.add(new Pending(this, turn, used, asked, deadline));
    }

    private void again() {
      if (stopped) return;
      at(clock.in(0.01 + random.nextDouble() * 0.1), this::call);
    }
  }

  private record Pending(Caller caller, Turn turn, long used, long asked, long deadline) {}

  private final List<Pending> pending = new ArrayList<>();

  /** Runs until a time. */
  void run(double seconds) {
    long end = clock.in(seconds);
    while (!events.isEmpty() && events.peek().time - end <= 0) {
      Event event = events.poll();
      clock.advanceTo(event.time);
      event.action.run();
      settle();
      check();
    }
    clock.advanceTo(end);
  }

  private void at(long time, Runnable action) {
    events.add(new Event(time, steps++, action));
  }

  /** Starts the service of the turns that were granted since the last step. */
  private void settle() {
    for (int i = pending.size() - 1; i >= 0; i--) {
      Pending waiting = pending.get(i);
      if (!waiting.turn.isDecided()) continue;
      pending.remove(i);
      decided(waiting);
    }
  }

  private void decided(Pending call) {
    Caller caller = call.caller;
    Place place;
    try {
      place = call.turn.await();
    } catch (KedgeException | CancellationException e) {
      if (e instanceof KedgeException) caller.refused++;
      caller.again();
      return;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    double wait = (clock.getAsLong() - call.asked) / 1e9;
    caller.longestWait = Math.max(caller.longestWait, wait);
    at(
        clock.in(call.used * SECONDS_PER_TOKEN),
        () -> {
          place.close(call.used);
          caller.served += call.used;
          caller.calls++;
          if (clock.getAsLong() - call.deadline > 0) caller.late++;
          caller.again();
        });
  }

  private void check() {
    QueueState state = queue.state();
    if (state.running() > size.places()) throw new AssertionError("too many run: " + state);
    if (state.waiting() > size.waiting()) throw new AssertionError("too many wait: " + state);
    if (state.running() < size.places() && state.waiting() > 0) {
      throw new AssertionError("a place is free while a call waits: " + state);
    }
  }
}
