package dev.kedge.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A rollout as the gateway sees it: who gets the candidate, and what was seen of it. Methods may be
 * called from any thread and never wait; {@link Rollouts} takes what was seen to the store.
 */
public final class Rollout {
  /** Calls that wait to be written; where the store stands still, further ones are not counted. */
  private static final int MOST_WAITING = 20_000;

  private static final double TWO_TO_53 = 9_007_199_254_740_992.0;

  private final String id;
  private final RolloutSpec spec;
  private final Measures measures;
  private final ConcurrentLinkedQueue<Seen> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waits = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  /* Written by the thread of Rollouts, read by every call. */
  private volatile Progress progress = Progress.BEGINNING;
  private volatile double share;
  private volatile double copied;
  /* The thread of Rollouts' own, but for the figures. */
  private volatile List<Figure> figures = List.of();
  private RolloutStore.Row row;
  private boolean shown;

  Rollout(RolloutStore.Row row, Measures measures) {
    this.id = row.id();
    this.spec = row.spec();
    this.measures = measures;
    this.row = row;
    follow(row);
  }

  /** Goes on from what the store says. */
  void follow(RolloutStore.Row now) {
    row = now;
    Trial trial = now.trial();
    shown = trial.verdict() == Figure.Verdict.NOT_WORSE;
    figures = trial.figures();
    stand(now.progress());
  }

  /** The row that the present state was read from. */
  RolloutStore.Row row() {
    return row;
  }

  /** Whether only a gate or a person is waited for. */
  boolean ready() {
    return shown && progress.phase() == Phase.RUNNING && !progress.held();
  }

  private void stand(Progress now) {
    progress = now;
    share = spec.share(now);
    copied = spec.copied(now);
  }

  public String id() {
    return id;
  }

  public RolloutSpec spec() {
    return spec;
  }

  public Progress progress() {
    return progress;
  }

  /** Of the present stage, as they were last written. */
  public List<Figure> figures() {
    return figures;
  }

  /** Judges answers. */
  public Measures measures() {
    return measures;
  }

  /** Whether calls are compared now. */
  public boolean testing() {
    Progress now = progress;
    return now.phase() == Phase.RUNNING
        || (now.phase() == Phase.WAITING && !spec.stage(now).shadow());
  }

  /** Whether the present stage is a shadow's. */
  public boolean shadowing() {
    return spec.stage(progress).shadow();
  }

  /**
   * Whether the candidate answers a call.
   *
   * @param point of the caller, from 0 to 1, the same for all calls that belong together; whoever
   *     had the candidate keeps it when the share grows
   */
  public boolean takes(double point) {
    return point < share;
  }

  /** Whether the candidate gets a copy of a call. */
  public boolean copies(double point) {
    return point < copied;
  }

  /**
   * A point from 0 to 1 that follows from the rollout and a text, and from nothing else.
   *
   * @param of what calls have in common that go to the same side
   */
  public double point(CharSequence of) {
    // FNV-1a over both, then the finaliser of MurmurHash3: near texts get far points.
    long hash = 0xcbf29ce484222325L;
    hash = mixed(mixed(hash, id), of);
    hash ^= hash >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    hash ^= hash >>> 33;
    hash *= 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return (hash >>> 11) / TWO_TO_53;
  }

  private static long mixed(long hash, CharSequence text) {
    long mixed = hash;
    for (int i = 0; i < text.length(); i++) mixed = (mixed ^ text.charAt(i)) * 0x100000001b3L;
    return (mixed ^ 0xffff) * 0x100000001b3L;
  }

  /** Takes what a call said; it is written within a second. */
  public void saw(Seen seen) {
    if (waits.get() >= MOST_WAITING) {
      lost.incrementAndGet();
      return;
    }
    waits.incrementAndGet();
    waiting.add(seen);
  }

  /** Counts a copy that was not made, for lack of room or money. */
  public void droppedCopy() {
    dropped.incrementAndGet();
  }

  /** Copies that were not made, for lack of room or money. */
  public long dropped() {
    return dropped.get();
  }

  /** Calls that were not counted, because the store took none. */
  public long lost() {
    return lost.get();
  }

  /** Takes what waits. */
  List<Seen> drain() {
    List<Seen> drained = new ArrayList<>();
    for (Seen seen = waiting.poll(); seen != null; seen = waiting.poll()) {
      drained.add(seen);
      waits.decrementAndGet();
    }
    return drained;
  }
}
