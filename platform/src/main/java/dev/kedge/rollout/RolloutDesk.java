package dev.kedge.rollout;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.report.WholeFile;
import dev.kedge.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where people see rollouts and decide about them: the one door for command and console. A running
 * gateway follows within a second. Any thread may call.
 */
public final class RolloutDesk {
  private static final int MOST_TRIES = 50;
  private static final int LONGEST_TEXT = 1_000;

  private final RolloutStore rollouts;
  private final Path data;
  private final InstantSource clock;

  /**
   * @param store of the rollouts
   * @param data folder of the installation's key, and of the evidence's copies
   */
  public RolloutDesk(Store store, Path data, InstantSource clock) {
    this.rollouts = new RolloutStore(store);
    this.data = data;
    this.clock = clock;
  }

  /**
   * Who decides.
   *
   * @param via how that is known
   */
  public record Who(String person, String via) {
    public Who {
      if (person.isBlank() || person.length() > LONGEST_TEXT) {
        throw new IllegalArgumentException("a decision needs a name");
      }
    }
  }

  /** What a person can do. */
  public enum Action {
    PROMOTE,
    ROLLBACK,
    HOLD,
    RESUME,
    RESTART
  }

  /** The latest rollouts, newest first. */
  public List<RolloutRecord> latest(int most) {
    return rollouts.latest(most).stream().map(this::record).toList();
  }

  /** A rollout by its id, or the latest of a model. */
  public Optional<RolloutRecord> find(String idOrModel) {
    return row(idOrModel).map(this::record);
  }

  private Optional<RolloutStore.Row> row(String idOrModel) {
    Optional<RolloutStore.Row> exact = rollouts.find(idOrModel);
    if (exact.isPresent()) return exact;
    return rollouts.latestOf(idOrModel);
  }

  private RolloutRecord record(RolloutStore.Row row) {
    return new RolloutRecord(
        row.id(),
        row.spec(),
        row.progress(),
        row.beganMs(),
        row.changedMs(),
        row.trial().figures(),
        rollouts.events(row.id()));
  }

  /**
   * Decides by hand.
   *
   * @throws KedgeException if there is no such rollout, or it is over or not held
   * @throws IllegalArgumentException if name or reason are missing
   */
  public RolloutRecord act(String idOrModel, Action action, Who who, String reason)
      throws IOException {
    if (reason.isBlank() || reason.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException("a decision needs a reason");
    }
    if (who.person().equalsIgnoreCase(RolloutEvent.RULE)) {
      throw new IllegalArgumentException(
          "the name '" + RolloutEvent.RULE + "' stands for the rule; give your own");
    }
    InstallationKey key = InstallationKey.open(data);
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      RolloutStore.Row row = row(idOrModel).orElseThrow(() -> missing(idOrModel));
      Decision decision = decision(row, action, reason);
      Trial trial = row.trial();
      RolloutEvent event =
          event(rollouts, row, trial.figures(), decision, who, clock.millis(), key);
      byte[] tests =
          decision.renews() ? Trial.begin(row.spec(), decision.after()).bytes() : trial.bytes();
      if (rollouts.decide(row, tests, event)) {
        WholeFile.write(evidenceFile(row.id(), event.seq()), event.evidence());
        return find(row.id()).orElseThrow();
      }
    }
    throw new KedgeException(
        new Failure.Broken("others write this rollout all the time", "rollout_busy", true));
  }

  private static Decision decision(RolloutStore.Row row, Action action, String reason) {
    Progress now = row.progress();
    return switch (action) {
      case PROMOTE -> {
        refuse(now.phase() == Phase.PROMOTED, row, "promoted already");
        refuse(now.phase() == Phase.ROLLED_BACK, row, "rolled back; restart it first");
        yield new Decision(Decision.Kind.PROMOTED, now.in(Phase.PROMOTED), reason);
      }
      case ROLLBACK -> {
        refuse(now.phase() == Phase.ROLLED_BACK, row, "rolled back already");
        yield new Decision(Decision.Kind.ROLLED_BACK, now.in(Phase.ROLLED_BACK), reason);
      }
      case HOLD -> {
        refuse(!now.phase().open(), row, "over: " + now.phase().word());
        refuse(now.held(), row, "held already");
        yield new Decision(Decision.Kind.HELD, now.held(true), reason);
      }
      case RESUME -> {
        refuse(!now.held(), row, "not held");
        yield new Decision(Decision.Kind.RESUMED, now.held(false), reason);
      }
      case RESTART -> {
        refuse(now.phase() == Phase.RUNNING, row, "running");
        yield new Decision(Decision.Kind.RESTARTED, Progress.BEGINNING, reason);
      }
    };
  }

  private static void refuse(boolean wrong, RolloutStore.Row row, String why) {
    if (!wrong) return;
    throw KedgeException.invalid("the rollout " + row.id() + " is " + why);
  }

  /** Makes and signs the record of a decision. */
  static RolloutEvent event(
      RolloutStore rollouts,
      RolloutStore.Row row,
      List<Figure> figures,
      Decision decision,
      Who who,
      long atMs,
      InstallationKey key) {
    RolloutEvent bare =
        new RolloutEvent(
            row.id(),
            rollouts.nextSeq(row.id()),
            atMs,
            decision.kind(),
            who.person(),
            who.via(),
            decision.reason(),
            row.progress(),
            decision.after(),
            figures,
            "");
    String evidence = RolloutEvidence.sign(row.spec(), bare, rollouts.lastEvidence(row.id()), key);
    return bare.signed(evidence);
  }

  /**
   * Writes the evidence of every decision to files.
   *
   * @return where, in order
   */
  public List<Path> export(RolloutRecord record) throws IOException {
    List<Path> files = new ArrayList<>();
    for (RolloutEvent event : record.events()) {
      Path file = evidenceFile(record.id(), event.seq());
      WholeFile.write(file, event.evidence());
      files.add(file);
    }
    return files;
  }

  /** The latest decision's evidence as a file, for people. */
  public Path evidenceFile(RolloutEvent event) {
    return evidenceFile(event.rollout(), event.seq());
  }

  private Path evidenceFile(String id, long seq) {
    return data.resolve("rollouts").resolve(id).resolve("%03d.dsse.json".formatted(seq));
  }

  /** Says that there is none of this name. */
  public static KedgeException missing(String id) {
    return new KedgeException(
        new Failure.NotFound(
            "no rollout " + id + "; kedge rollout list shows them", "rollout_not_found"));
  }
}
