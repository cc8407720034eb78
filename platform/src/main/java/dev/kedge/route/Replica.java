package dev.kedge.route;

import dev.kedge.backend.Backend;
import dev.kedge.config.UpstreamSection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One upstream as the pool knows it: whether it is well, and what runs there. Thread-safe. */
public final class Replica {
  private static final long LEAST_STALE_NANOS = 5_000_000_000L;
  private static final int STALE_READINGS = 3;
  private static final int LONGEST_LEFT_ALONE_SECONDS = 60;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final UpstreamSection section;
  private final Backend backend;
  private final int slot;
  private final Breaker breaker;
  private final Load load;
  private final Set<Place> places = ConcurrentHashMap.newKeySet();
  private final Consumer<Replica> onDrained;
  private boolean draining;
  private boolean drained;
  private int taken;
  private int failedProbes;
  private long leftAloneUntil;
  private int refusalsInARow;

  /**
   * @param slot its number in the map of prefixes, unique among live replicas; -1: none
   * @param onDrained called once, after {@link #drain}, when nothing runs here any more
   */
  Replica(
      UpstreamSection section, Backend backend, int slot, long now, Consumer<Replica> onDrained) {
    this.section = section;
    this.backend = backend;
    this.slot = slot;
    this.onDrained = onDrained;
    this.breaker = new Breaker(section.breaker(), now);
    this.load =
        new Load(
            Math.max(LEAST_STALE_NANOS, STALE_READINGS * section.metrics().interval().toNanos()),
            now);
    this.leftAloneUntil = now;
  }

  public UpstreamSection section() {
    return section;
  }

  public String name() {
    return section.name();
  }

  Backend backend() {
    return backend;
  }

  int slot() {
    return slot;
  }

  Breaker breaker() {
    return breaker;
  }

  Load load() {
    return load;
  }

  /** Whether probes find it well; true where none has run. */
  synchronized boolean isUp() {
    return failedProbes < section.health().failures();
  }

  /** Whether it could take a call now, but for what probes say. */
  boolean hasRoom(long now) {
    synchronized (this) {
      if (draining || now - leftAloneUntil < 0) return false;
      if (taken >= section.limits().concurrency()) return false;
    }
    return breaker.allows(now);
  }

  /** A place for a call, or null where there is none. */
  @Nullable Place tryStart(long promptTokens, long deadline, long now) {
    synchronized (this) {
      if (draining || taken >= section.limits().concurrency()) return null;
      taken++;
    }
    Breaker.Pass pass = breaker.tryPass(now);
    if (pass == null) {
      giveBack();
      return null;
    }
    Place place = new Place(this, pass, promptTokens, load.start(promptTokens), now, deadline);
    places.add(place);
    return place;
  }

  void leave(Place place) {
    places.remove(place);
    giveBack();
  }

  private void giveBack() {
    boolean last;
    synchronized (this) {
      taken--;
      last = draining && !drained && taken == 0;
      drained |= last;
    }
    if (last) onDrained.accept(this);
  }

  /** Takes no new calls from now on. */
  void drain() {
    boolean last;
    synchronized (this) {
      draining = true;
      last = !drained && taken == 0;
      drained |= last;
    }
    if (last) onDrained.accept(this);
  }

  /**
   * The server asked to be left alone. Each time that it asks again right after, it gets twice the
   * time, up to a minute.
   */
  synchronized void leaveAlone(int seconds, long now) {
    // Calls that ran at the same time tell the same.
    if (now - leftAloneUntil < 0) return;
    long doubled = (long) seconds << Math.min(refusalsInARow, 6);
    leftAloneUntil = now + Math.min(doubled, LONGEST_LEFT_ALONE_SECONDS) * NANOS_PER_SECOND;
    refusalsInARow++;
  }

  /** An answer came to its end. */
  synchronized void accepted() {
    refusalsInARow = 0;
  }

  synchronized void probed(boolean well) {
    failedProbes = well ? 0 : Math.min(failedProbes + 1, section.health().failures());
  }

  /** How long until it may take a call, in nanoseconds, as far as that can be said. */
  long waitNanos(long now) {
    long alone;
    synchronized (this) {
      alone = Math.max(0, leftAloneUntil - now);
    }
    return Math.max(alone, breaker.waitNanos(now));
  }

  /** Ends calls that nobody reads any more. */
  void abandonStale(long now, long graceNanos, boolean all) {
    for (Place place : places) place.abandon(now, graceNanos, all);
  }

  UpstreamState state(long now) {
    boolean leaving;
    synchronized (this) {
      leaving = draining;
    }
    return new UpstreamState(
        name(),
        isUp(),
        leaving,
        breaker.state(),
        load.running(),
        load.pendingTokens(),
        load.tokensPerSecond(),
        load.told(now));
  }
}
