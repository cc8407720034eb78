package dev.kedge.rollout;

import dev.kedge.base.KedgeException;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.store.Store;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The rollouts of a gateway. One thread takes what was seen to the store, decides, and follows what
 * other nodes and people decide. Any thread may call.
 */
public final class Rollouts implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.kedge.rollout");

  /** How long what was seen waits, and how long a decision of others takes to be followed. */
  private static final Duration BEAT = Duration.ofMillis(500);

  private static final int MOST_TRIES = 20;

  private final RolloutStore rollouts;
  private final Path data;
  private final InstantSource clock;
  private final Decision.Gate gate;
  private final Map<String, Rollout> live = new ConcurrentHashMap<>();
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  private Rollouts(Store store, Path data, InstantSource clock, Decision.Gate gate) {
    this.rollouts = new RolloutStore(store);
    this.data = data;
    this.clock = clock;
    this.gate = gate;
    this.thread = Thread.ofVirtual().name("kedge-rollouts").unstarted(this::run);
  }

  /**
   * Begins to work.
   *
   * @param data folder of the installation's key
   * @param gate tells whether a candidate's gate is approved
   */
  public static Rollouts start(Store store, Path data, InstantSource clock, Decision.Gate gate) {
    Rollouts rollouts = new Rollouts(store, data, clock, gate);
    rollouts.thread.start();
    return rollouts;
  }

  /**
   * The rollout of a specification, begun where the store has none; the same object as long as the
   * gateway asks for it.
   *
   * @throws KedgeException if the store fails
   */
  public Rollout open(RolloutSpec spec, Measures measures) throws IOException {
    Rollout known = live.get(spec.id());
    if (known != null) return known;
    Rollout opened = new Rollout(row(spec), measures);
    live.put(opened.id(), opened);
    return opened;
  }

  private RolloutStore.Row row(RolloutSpec spec) throws IOException {
    Optional<RolloutStore.Row> there = rollouts.find(spec.id());
    if (there.isPresent()) return there.get();
    long now = clock.millis();
    byte[] tests = Trial.begin(spec, Progress.BEGINNING).bytes();
    RolloutStore.Row fresh =
        new RolloutStore.Row(spec.id(), spec, Progress.BEGINNING, 1, tests, now, now);
    Decision began = new Decision(Decision.Kind.BEGAN, Progress.BEGINNING, "as configured");
    rollouts.begin(fresh, event(fresh, List.of(), began));
    return rollouts.find(spec.id()).orElseThrow();
  }

  /** Those that the configuration names stay; what was seen of others is written and forgotten. */
  public void keep(Collection<String> ids) {
    for (Rollout rollout : List.copyOf(live.values())) {
      if (ids.contains(rollout.id())) continue;
      live.remove(rollout.id());
      beat(rollout);
    }
  }

  /** By model. */
  public Map<String, Rollout> live() {
    Map<String, Rollout> byModel = new TreeMap<>();
    live.values().forEach(rollout -> byModel.put(rollout.spec().model(), rollout));
    return byModel;
  }

  private void run() {
    try {
      // No interrupt ends it: a database takes that for a broken connection.
      while (!closing.await(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
        live.values().forEach(this::beat);
      }
    } catch (InterruptedException _) {
      /* Closed. */
    }
  }

  private synchronized void beat(Rollout rollout) {
    try {
      List<Seen> seen = rollout.drain();
      if (seen.isEmpty()) follow(rollout);
      else write(rollout, seen);
    } catch (RuntimeException e) {
      // What was seen is lost; the test goes on with what comes.
      LOG.log(Level.WARNING, "the rollout " + rollout.id() + " could not be written", e);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the rollout " + rollout.id() + " could not be signed", e);
    }
  }

  /* Others may have decided; and a gate may be approved meanwhile. */
  private void follow(Rollout rollout) throws IOException {
    Optional<RolloutStore.Head> head = rollouts.head(rollout.id());
    if (head.isEmpty()) return;
    if (head.get().version() != rollout.row().version()) {
      Progress before = rollout.progress();
      reload(rollout);
      if (!before.equals(rollout.progress())) {
        String phase = rollout.progress().phase().word();
        LOG.log(Level.INFO, told(rollout.spec(), rollout.id()) + phase + ", decided elsewhere");
      }
    } else if (rollout.ready()) write(rollout, List.of());
  }

  private void reload(Rollout rollout) {
    rollout.follow(rollouts.find(rollout.id()).orElseThrow());
  }

  private void write(Rollout rollout, List<Seen> seen) throws IOException {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      if (written(rollout.row(), seen)) break;
      reload(rollout);
    }
    reload(rollout);
  }

  /* False where somebody else has written meanwhile, and all is to be done again. */
  private boolean written(RolloutStore.Row row, List<Seen> seen) throws IOException {
    if (!row.progress().phase().open()) return true;
    Decision.Gate asked = once(gate);
    Trial trial = row.trial();
    boolean added = false;
    Optional<Decision> decision = decide(row, trial, asked);
    for (Seen one : seen) {
      if (decision.isPresent()) break;
      // A call of an earlier stage says nothing about this one.
      if (one.stage() != row.progress().stage()) continue;
      trial.add(one);
      added = true;
      decision = decide(row, trial, asked);
      if (decision.isEmpty() && trial.provesNow()) trial.guard();
    }
    if (decision.isPresent()) return decided(row, trial, decision.get());
    return !added || rollouts.save(row, trial.bytes(), clock.millis());
  }

  /* It is asked after every call once the figures are good, and does not change that fast. */
  private static Decision.Gate once(Decision.Gate gate) {
    Boolean[] known = new Boolean[1];
    return spec -> {
      if (known[0] == null) known[0] = gate.passed(spec);
      return known[0];
    };
  }

  private static Optional<Decision> decide(RolloutStore.Row row, Trial trial, Decision.Gate asked) {
    return Decision.of(row.spec(), row.progress(), trial, row.progress().held(), asked);
  }

  private boolean decided(RolloutStore.Row row, Trial trial, Decision decision) throws IOException {
    RolloutEvent event = event(row, trial.grounds(), decision);
    byte[] tests =
        decision.renews() ? Trial.begin(row.spec(), decision.after()).bytes() : trial.bytes();
    if (!rollouts.decide(row, tests, event)) return false;
    Level level =
        switch (decision.kind()) {
          case ROLLED_BACK, ALERT -> Level.WARNING;
          case BEGAN, STEP, PASSED, PROMOTED, HELD, RESUMED, RESTARTED -> Level.INFO;
        };
    LOG.log(level, told(row.spec(), row.id()) + decision.kind().word() + ", " + decision.reason());
    return true;
  }

  private static String told(RolloutSpec spec, String id) {
    return "rollout " + id + " of " + spec.candidate() + " for " + spec.model() + ": ";
  }

  private RolloutEvent event(RolloutStore.Row row, List<Figure> figures, Decision decision)
      throws IOException {
    return RolloutDesk.event(
        rollouts,
        row,
        figures,
        decision,
        new RolloutDesk.Who(RolloutEvent.RULE, "rule"),
        clock.millis(),
        InstallationKey.open(data));
  }

  /** Writes what was seen. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    live.values().forEach(this::beat);
  }
}
