package dev.kedge.route;

import dev.kedge.config.BreakerSection;
import dev.kedge.route.UpstreamState.Circuit;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker: an upstream that fails is left alone for a while, then tried with one call.
 *
 * <p>Closed, calls pass and outcomes count. The circuit opens after some failures in a row, or when
 * failures are too large a share of a rolling window with enough calls. Open, nothing passes for
 * the pause. Then one call passes as a trial (half open): its first part closes the circuit, its
 * failure opens it again for twice as long. A call's outcome counts only in the era in which it
 * began, so that stragglers of a broken time do not open a mended circuit.
 *
 * <p>Thread-safe; each operation is a few dozen nanoseconds under a lock of its own.
 */
final class Breaker {
  /** Leave for one call. */
  record Pass(long era, boolean trial) {}

  private static final int SLOTS = 10;

  private final BreakerSection section;
  private final long slotNanos;
  private final int[] good = new int[SLOTS];
  private final int[] bad = new int[SLOTS];
  private long slot;
  private Circuit state = Circuit.CLOSED;
  private Pass open = new Pass(0, false);
  private int failuresInARow;
  private long pauseNanos;
  private long pausedUntil;
  private boolean trialRuns;

  Breaker(BreakerSection section, long now) {
    this.section = section;
    this.slotNanos = Math.max(1, section.window().toNanos() / SLOTS);
    this.slot = Math.floorDiv(now, slotNanos);
    this.pauseNanos = section.pause().toNanos();
  }

  /** Whether a call could pass now. */
  synchronized boolean allows(long now) {
    return switch (state) {
      case CLOSED -> true;
      case OPEN -> now - pausedUntil >= 0;
      case HALF_OPEN -> !trialRuns;
    };
  }

  /** Leave for one call, or null. Whoever has it owes one of the outcomes below. */
  synchronized @Nullable Pass tryPass(long now) {
    if (!allows(now)) return null;
    if (state == Circuit.CLOSED) return open;
    state = Circuit.HALF_OPEN;
    trialRuns = true;
    return new Pass(nextEra(), true);
  }

  /** The call's first part is there: the server answers. Its outcome is still to come. */
  synchronized void answered(Pass pass) {
    if (isTrial(pass)) close();
  }

  /** The call ended as it should. */
  synchronized void succeeded(Pass pass, long now) {
    answered(pass);
    if (pass.era() != open.era() || state != Circuit.CLOSED) return;
    failuresInARow = 0;
    advance(now);
    good[index()]++;
  }

  /** The call failed by the upstream's fault. */
  synchronized void failed(Pass pass, long now) {
    if (isTrial(pass)) {
      pauseNanos = Math.min(2 * pauseNanos, section.longestPause().toNanos());
      open(now);
    } else if (pass.era() == open.era() && state == Circuit.CLOSED) {
      failuresInARow++;
      advance(now);
      bad[index()]++;
      if (failuresInARow >= section.failures() || tooManyFail()) {
        pauseNanos = section.pause().toNanos();
        open(now);
      }
    }
  }

  /** The call says nothing about the upstream: it was given up, or the caller was wrong. */
  synchronized void ignored(Pass pass) {
    if (isTrial(pass)) trialRuns = false;
  }

  synchronized Circuit state() {
    return state;
  }

  /** How long until a call may pass, in nanoseconds; 0: now. */
  synchronized long waitNanos(long now) {
    return state == Circuit.OPEN ? Math.max(0, pausedUntil - now) : 0;
  }

  private boolean isTrial(Pass pass) {
    return pass.trial() && pass.era() == open.era() && state == Circuit.HALF_OPEN;
  }

  private void open(long now) {
    nextEra();
    state = Circuit.OPEN;
    trialRuns = false;
    pausedUntil = now + pauseNanos;
  }

  private void close() {
    // The era stays: the trial's own end shall count.
    state = Circuit.CLOSED;
    trialRuns = false;
    failuresInARow = 0;
    for (int i = 0; i < SLOTS; i++) good[i] = bad[i] = 0;
  }

  private long nextEra() {
    open = new Pass(open.era() + 1, false);
    return open.era();
  }

  private boolean tooManyFail() {
    long successes = 0;
    long failures = 0;
    for (int i = 0; i < SLOTS; i++) {
      successes += good[i];
      failures += bad[i];
    }
    long calls = successes + failures;
    return calls >= section.leastCalls() && failures >= section.failureRate() * calls;
  }

  private int index() {
    return (int) Math.floorMod(slot, (long) SLOTS);
  }

  private void advance(long now) {
    long current = Math.floorDiv(now, slotNanos);
    long steps = Math.min(SLOTS, current - slot);
    for (long i = 1; i <= steps; i++) {
      int cleared = (int) Math.floorMod(slot + i, (long) SLOTS);
      good[cleared] = bad[cleared] = 0;
    }
    slot = Math.max(slot, current);
  }
}
