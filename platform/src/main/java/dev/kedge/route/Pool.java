package dev.kedge.route;

import dev.kedge.backend.Backend;
import dev.kedge.base.KedgeException;
import dev.kedge.config.ModelSection;
import dev.kedge.config.UpstreamSection;
import dev.kedge.config.Upstreams;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The upstreams that are declared now, and what is known of each. Thread-safe.
 *
 * <p>Without {@link #watch} nothing runs in the background, and {@link #refresh} does once what the
 * background does again and again: probe, read metrics, end calls that nobody reads any more.
 */
public final class Pool implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Pool.class.getName());
  private static final Duration SWEEP = Duration.ofSeconds(5);
  private static final long GRACE_NANOS = 10_000_000_000L;

  private final Map<String, Backend> engines;
  private final Function<UpstreamSection, ? extends Backend> connect;
  private final ServerPages pages;
  private final Balancer balancer;
  private final LongSupplier nanoTime;

  private final BitSet slots = new BitSet();

  /* Under the lock of this; read through the snapshot. */
  private final Map<String, Replica> live = new LinkedHashMap<>();
  private final Map<Replica, List<Thread>> watchers = new LinkedHashMap<>();
  private boolean watched;
  private boolean closed;
  private Thread sweeper = Thread.ofVirtual().unstarted(() -> {});

  private final Set<Replica> draining = ConcurrentHashMap.newKeySet();
  private volatile Snapshot snapshot = new Snapshot(List.of(), Map.of());

  private record Snapshot(List<Replica> replicas, Map<String, Candidates> models) {}

  /**
   * @param engines models of this process by name; not closed here
   * @param connect makes the backend of an upstream; a backend that can be closed is closed when
   *     the upstream is gone and its last call has ended, on that call's thread, so it must not
   *     wait
   * @param pages for probes and metrics; not closed here
   * @param nanoTime as {@link System#nanoTime}
   */
  public Pool(
      Map<String, Backend> engines,
      Function<UpstreamSection, ? extends Backend> connect,
      ServerPages pages,
      Balancer balancer,
      LongSupplier nanoTime) {
    this.engines = Map.copyOf(engines);
    this.connect = connect;
    this.pages = pages;
    this.balancer = balancer;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes over a configuration. Upstreams whose section is as before keep all their state; new ones
   * start; those that are gone or changed take no new calls, and their running calls finish.
   *
   * @throws KedgeException naming what is wrong, and then everything stays as it was
   */
  public synchronized void reload(Upstreams config) {
    if (closed) throw new IllegalStateException("the pool is closed");
    config.check(engines.keySet());
    Map<String, Replica> next = new LinkedHashMap<>();
    List<Replica> added = new ArrayList<>();
    try {
      for (UpstreamSection section : config.upstreams()) {
        Replica before = live.get(section.name());
        boolean kept = before != null && before.section().equals(section);
        Replica replica = kept ? before : replica(section);
        if (!kept) added.add(replica);
        next.put(section.name(), replica);
      }
    } catch (RuntimeException e) {
      added.forEach(Replica::drain);
      throw e;
    }
    List<Replica> gone = new ArrayList<>(live.values());
    gone.removeAll(next.values());
    live.clear();
    live.putAll(next);
    snapshot = new Snapshot(List.copyOf(next.values()), models(config, next));
    for (Replica replica : gone) leave(replica);
    if (watched) for (Replica replica : added) watch(replica);
  }

  private Replica replica(UpstreamSection section) {
    Backend backend = connect.apply(section);
    return new Replica(
        section, backend, freeSlot(), nanoTime.getAsLong(), drained -> drained(drained, backend));
  }

  private int freeSlot() {
    synchronized (slots) {
      int free = slots.nextClearBit(0);
      if (free >= PrefixMap.SLOTS) return -1;
      slots.set(free);
      return free;
    }
  }

  private void leave(Replica replica) {
    for (Thread watcher : Optional.ofNullable(watchers.remove(replica)).orElse(List.of())) {
      watcher.interrupt();
    }
    draining.add(replica);
    replica.drain();
  }

  private void drained(Replica replica, Backend backend) {
    draining.remove(replica);
    balancer.forget(replica.slot());
    synchronized (slots) {
      if (replica.slot() >= 0) slots.clear(replica.slot());
    }
    if (!(backend instanceof AutoCloseable closeable)) return;
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "upstream " + replica.name() + " did not close", e);
    }
  }

  private Map<String, Candidates> models(Upstreams config, Map<String, Replica> byName) {
    Map<String, Candidates> models = new LinkedHashMap<>();
    engines.forEach(
        (name, engine) -> models.put(name, new Candidates(name, List.of(), Optional.of(engine))));
    for (UpstreamSection upstream : config.upstreams()) {
      for (UpstreamSection.Served served : upstream.models()) {
        models.put(served.name(), direct(served.name(), byName));
      }
    }
    for (ModelSection model : config.models()) {
      if (model.upstreams().isEmpty() && model.lastResort().isEmpty()) continue;
      List<List<Replica>> groups =
          model.upstreams().stream()
              .map(group -> group.stream().map(name -> byName.get(name)).toList())
              .toList();
      Optional<Backend> lastResort = model.lastResort().map(name -> engines.get(name));
      models.put(model.name(), new Candidates(model.name(), groups, lastResort));
    }
    return Map.copyOf(models);
  }

  /* All that serve a model, and the engine's model of the same name as last resort. */
  private Candidates direct(String model, Map<String, Replica> byName) {
    List<Replica> serving =
        byName.values().stream().filter(r -> r.section().model(model).isPresent()).toList();
    return new Candidates(model, List.of(serving), Optional.ofNullable(engines.get(model)));
  }

  /** Who may answer calls of a model, if it is known. */
  public Optional<Candidates> candidates(String model) {
    return Optional.ofNullable(snapshot.models().get(model));
  }

  /** Names of all models that have an upstream or an engine. */
  public Set<String> models() {
    return snapshot.models().keySet();
  }

  /** All upstreams, draining ones at the end. */
  public List<UpstreamState> states() {
    long now = nanoTime.getAsLong();
    List<UpstreamState> states = new ArrayList<>();
    for (Replica replica : snapshot.replicas()) states.add(replica.state(now));
    for (Replica replica : draining) states.add(replica.state(now));
    return states;
  }

  /** Probes and reads in the background from now on. */
  public synchronized void watch() {
    if (watched || closed) return;
    watched = true;
    for (Replica replica : live.values()) watch(replica);
    sweeper = again("kedge-sweep", SWEEP, () -> abandonStale(false));
  }

  private void watch(Replica replica) {
    List<Thread> threads = new ArrayList<>();
    UpstreamSection section = replica.section();
    if (section.health().probed().isPresent()) {
      threads.add(
          again(
              "kedge-probe-" + replica.name(), section.health().interval(), () -> probe(replica)));
    }
    if (section.metrics().read().isPresent()) {
      threads.add(
          again(
              "kedge-metrics-" + replica.name(),
              section.metrics().interval(),
              () -> readMetrics(replica)));
    }
    watchers.put(replica, threads);
  }

  private interface Step {
    void run() throws InterruptedException;
  }

  private static Thread again(String name, Duration interval, Step step) {
    return Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            while (true) {
              step.run();
              // A tenth more or less: many gateways and servers shall not fall into step.
              long tenth = interval.toNanos() / 10;
              long jitter = ThreadLocalRandom.current().nextLong(2 * tenth + 1) - tenth;
              Thread.sleep(interval.plusNanos(jitter));
            }
          } catch (InterruptedException e) {
            // The upstream is gone, or the pool is closed.
          }
        });
  }

  /** Probes all upstreams and reads their metrics once, one after the other. */
  public void refresh() throws InterruptedException {
    for (Replica replica : snapshot.replicas()) {
      probe(replica);
      readMetrics(replica);
    }
    abandonStale(false);
  }

  private void probe(Replica replica) throws InterruptedException {
    Optional<String> path = replica.section().health().probed();
    if (path.isEmpty()) return;
    boolean before = replica.isUp();
    String reason = "";
    try {
      URI address = replica.section().onServer(path.get());
      pages.read(replica.section(), address, replica.section().health().timeout());
      replica.probed(true);
    } catch (IOException e) {
      replica.probed(false);
      reason = ": " + e.getMessage();
    }
    if (before == replica.isUp()) return;
    LOG.log(
        System.Logger.Level.INFO,
        "upstream " + replica.name() + (before ? " is down" : " is up") + reason);
  }

  private void readMetrics(Replica replica) throws InterruptedException {
    Optional<String> path = replica.section().metrics().read();
    if (path.isEmpty()) return;
    try {
      URI address = replica.section().onServer(path.get());
      byte[] page = pages.read(replica.section(), address, replica.section().health().timeout());
      ServerLoad load = ServerMetrics.of(replica.section().kind()).read(page);
      replica.load().told(load, nanoTime.getAsLong());
    } catch (IOException e) {
      // What was told before ages out; a server without metrics is balanced by our own counts.
      LOG.log(System.Logger.Level.DEBUG, "no metrics of " + replica.name(), e);
    }
  }

  private void abandonStale(boolean all) {
    long now = nanoTime.getAsLong();
    for (Replica replica : snapshot.replicas()) replica.abandonStale(now, GRACE_NANOS, all);
    for (Replica replica : draining) replica.abandonStale(now, GRACE_NANOS, all);
  }

  /** Ends everything, running calls too; drain before where they shall finish. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) return;
      closed = true;
      sweeper.interrupt();
      List<Replica> all = List.copyOf(live.values());
      live.clear();
      for (Replica replica : all) leave(replica);
      snapshot = new Snapshot(List.of(), Map.of());
    }
    abandonStale(true);
  }
}
