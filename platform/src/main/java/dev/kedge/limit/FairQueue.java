package dev.kedge.limit;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The queue before one model: so many places, so many that wait for one, served in fair shares. Any
 * thread may call; nothing is done under the lock but arithmetic.
 *
 * <ul>
 *   <li>A call that finds a place free and nobody waiting takes it without leaving its thread.
 *   <li>A call that cannot make its deadline is refused when it asks: judged by the work that
 *       {@link FairShares} would serve before it, its own, and the speed of the latest calls. While
 *       it waits, it is refused as soon as even the quickest of the latest calls would come too
 *       late.
 *   <li>Where the queue is full, the newest call of the tenant that holds most of it, measured by
 *       its share, makes room for a tenant that holds less: nobody can keep others out by filling
 *       the queue (longest queue drop; Suter et al., INFOCOM 1998).
 * </ul>
 */
public final class FairQueue implements AutoCloseable {
  private static final int RETRY_LATER_SECONDS = 5;

  private final String model;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  /* All below is guarded by the lock. */
  private final FairShares shares = new FairShares();
  private final ServiceTimes times = new ServiceTimes();
  private QueueSize size;
  private boolean draining;

  /**
   * @param model named in refusals
   * @param nanoTime {@link System#nanoTime()}, or a clock of a test
   */
  public FairQueue(String model, QueueSize size, LongSupplier nanoTime) {
    this.model = model;
    this.size = size;
    this.nanoTime = nanoTime;
  }

  /**
   * Waits for a place. The caller closes it.
   *
   * @throws KedgeException {@link Failure.Unavailable} or {@link Failure.Overloaded} that says what
   *     is exhausted and when to come again
   * @throws InterruptedException if the thread was interrupted; nothing is held
   */
  public Place enter(Ticket ticket) throws InterruptedException {
    long now = nanoTime.getAsLong();
    if (ticket.deadline() - now > 0) {
      lock.lock();
      try {
        if (isFree()) return seat(shares.flow(ticket), ticket, now);
      } finally {
        lock.unlock();
      }
    }
    try (Turn turn = ask(ticket)) {
      return turn.await();
    }
  }

  /**
   * Takes a turn without waiting for it, so that another thread can cancel it.
   *
   * @throws KedgeException as {@link #enter}
   */
  public Turn ask(Ticket ticket) {
    long now = nanoTime.getAsLong();
    List<Turn> woken = new ArrayList<>(1);
    Turn turn;
    Failure refusal;
    lock.lock();
    try {
      turn = new Turn(this, ticket, shares.flow(ticket), now);
      refusal = admit(turn, now, woken);
    } finally {
      lock.unlock();
    }
    woken.forEach(Turn::wake);
    if (refusal != null) throw new KedgeException(refusal);
    return turn;
  }

  /** Seats the turn, or lets it wait, or says why neither. */
  private @Nullable Failure admit(Turn turn, long now, List<Turn> woken) {
    if (draining) return shuttingDown();
    if (turn.deadline() - now <= 0) return late();
    if (isFree()) {
      shares.start(turn.flow(), turn.tokens());
      turn.grant(new Place(this, turn.flow(), turn.tokens(), now, 0));
      return null;
    }
    double wait = expectedWait(turn.flow());
    long patience = turn.deadline() - now - (long) times.expected(turn.tokens());
    if (wait > patience) return tooSlow(wait, patience);
    if (shares.waiting() >= size.waiting()) {
      Flow largest = shares.largest();
      if (largest == null || largest.load(0) <= turn.flow().load(1)) return full(turn.flow(), wait);
      displace(largest, woken);
    }
    shares.add(turn);
    return null;
  }

  private boolean isFree() {
    return !draining && shares.running() < size.places() && shares.waiting() == 0;
  }

  private Place seat(Flow flow, Ticket ticket, long now) {
    shares.start(flow, ticket.tokens());
    return new Place(this, flow, ticket.tokens(), now, 0);
  }

  /** Nanoseconds until a new turn of the flow would get its place; 0 while that is not known. */
  private double expectedWait(Flow flow) {
    if (!times.known()) return 0;
    return (times.mean() + shares.ahead(flow) * times.perToken()) / size.places();
  }

  /** How long a turn may wait and still be served in time. */
  private long patience(Turn turn, long now) {
    return turn.deadline() - now - (times.known() ? times.quickest() : 0);
  }

  private void displace(Flow flow, List<Turn> woken) {
    Failure refusal = full(flow, expectedWait(flow));
    Turn newest = flow.turns.getLast();
    shares.remove(newest);
    newest.refuse(refusal);
    woken.add(newest);
  }

  /** Gives free places to those who are due. */
  private void dispatch(long now, List<Turn> woken) {
    while (shares.running() < size.places()) {
      Turn next = shares.first();
      if (next == null) break;
      woken.add(next);
      if (patience(next, now) <= 0) {
        shares.remove(next);
        next.refuse(late());
      } else {
        shares.start(next);
        next.grant(new Place(this, next.flow(), next.tokens(), now, now - next.asked()));
      }
    }
    if (shares.running() == 0 && shares.waiting() == 0) idle.signalAll();
  }

  /* What turns and places call. */

  long patience(Turn turn) {
    lock.lock();
    try {
      return patience(turn, nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  void expire(Turn turn) {
    lock.lock();
    try {
      if (shares.remove(turn)) turn.refuse(late());
    } finally {
      lock.unlock();
    }
  }

  /** What became of the turn; its place is handed over once. */
  Turn.State take(Turn turn) {
    lock.lock();
    try {
      Turn.State found = turn.state();
      if (found == Turn.State.GRANTED) turn.become(Turn.State.TAKEN);
      return found;
    } finally {
      lock.unlock();
    }
  }

  void cancel(Turn turn) {
    if (turn.state() == Turn.State.TAKEN || turn.state() == Turn.State.REFUSED) return;
    List<Turn> woken = new ArrayList<>(1);
    lock.lock();
    try {
      Place granted = turn.place();
      switch (turn.state()) {
        case WAITING -> {
          shares.remove(turn);
          turn.become(Turn.State.CANCELLED);
          woken.add(turn);
          if (shares.running() == 0 && shares.waiting() == 0) idle.signalAll();
        }
        case GRANTED -> {
          turn.become(Turn.State.CANCELLED);
          // It never ran: it costs next to nothing and says nothing about service times.
          if (granted != null && granted.markLeft()) shares.end(granted.flow, 1 - granted.tokens);
          dispatch(nanoTime.getAsLong(), woken);
        }
        case TAKEN, REFUSED, CANCELLED -> {}
      }
    } finally {
      lock.unlock();
    }
    woken.forEach(Turn::wake);
  }

  void leave(Place place, long used) {
    long now = nanoTime.getAsLong();
    List<Turn> woken = List.of();
    lock.lock();
    try {
      if (!place.markLeft()) return;
      times.add(Math.max(0, now - place.since), place.tokens);
      shares.end(place.flow, used - place.tokens);
      if (shares.waiting() > 0) woken = new ArrayList<>(2);
      dispatch(now, woken);
    } finally {
      lock.unlock();
    }
    woken.forEach(Turn::wake);
  }

  /* Operation. */

  /** Changes the bounds; running calls keep their places, the newest that no longer fit leave. */
  public void resize(QueueSize bounds) {
    List<Turn> woken = new ArrayList<>();
    lock.lock();
    try {
      size = bounds;
      dispatch(nanoTime.getAsLong(), woken);
      while (shares.waiting() > size.waiting()) {
        Flow largest = shares.largest();
        if (largest == null) break;
        displace(largest, woken);
      }
    } finally {
      lock.unlock();
    }
    woken.forEach(Turn::wake);
  }

  /** The present state. */
  public QueueState state() {
    lock.lock();
    try {
      double wait = 0;
      if (times.known() && shares.running() >= size.places()) {
        wait = times.mean() + shares.tokensWaiting() * times.perToken();
      }
      return new QueueState(
          shares.running(), shares.waiting(), size, shares.byTenant(), wait / size.places() / 1e9);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no new calls and waits until those that run or wait have ended.
   *
   * @return whether they have, within the time
   */
  public boolean drain(Duration grace) throws InterruptedException {
    long left = grace.toNanos();
    lock.lock();
    try {
      draining = true;
      while (shares.running() > 0 || shares.waiting() > 0) {
        if (left <= 0) return false;
        left = idle.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no new calls and refuses those that wait; running ones keep their places. */
  @Override
  public void close() {
    List<Turn> woken;
    lock.lock();
    try {
      draining = true;
      woken = shares.turns();
      for (Turn turn : woken) {
        shares.remove(turn);
        turn.refuse(shuttingDown());
      }
      if (shares.running() == 0) idle.signalAll();
    } finally {
      lock.unlock();
    }
    woken.forEach(Turn::wake);
  }

  /* Refusals. */

  private Failure full(Flow flow, double wait) {
    int seconds = Seconds.ofNanos((long) wait);
    String queue = "all " + size.waiting() + " places to wait for the model '" + model + "'";
    if (!flow.waits()) {
      return new Failure.Unavailable(queue + " are taken", "queue_full", seconds);
    }
    return new Failure.Overloaded(
        "%s are taken, %d of them by calls of the tenant '%s', which is its share"
            .formatted(queue, flow.turns.size(), flow.tenant),
        "tenant_queue_share",
        seconds);
  }

  private Failure tooSlow(double wait, long patience) {
    return new Failure.Unavailable(
        "%d calls wait for the model '%s'; a place is expected in %d s, too late for the deadline"
            .formatted(shares.waiting(), model, Seconds.ofNanos((long) wait)),
        "queue_deadline",
        Seconds.ofNanos((long) wait - Math.max(0, patience)));
  }

  private Failure late() {
    return new Failure.Unavailable(
        "no place at the model '" + model + "' came free before the call's deadline",
        "queue_deadline",
        times.known() ? Seconds.ofNanos((long) times.mean()) : 1);
  }

  private Failure shuttingDown() {
    return new Failure.Unavailable(
        "the model '" + model + "' takes no new calls now", "draining", RETRY_LATER_SECONDS);
  }
}
