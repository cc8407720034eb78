package dev.kedge.limit;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A call's turn in a queue. One thread awaits it; any thread may cancel it. Whoever asked for it
 * closes it, which does nothing once its place was handed over.
 */
public final class Turn implements AutoCloseable {
  private final FairQueue queue;
  private final Ticket ticket;
  private final Flow flow;
  private final long asked;

  /* Written under the queue's lock; volatile as the awaiting thread reads them without. */
  private volatile State state = State.WAITING;
  private volatile @Nullable Thread awaiting;

  /* Written before the state, read after it. */
  private @Nullable Place place;
  private @Nullable Failure refusal;

  enum State {
    WAITING,
    GRANTED,
    TAKEN,
    REFUSED,
    CANCELLED
  }

  Turn(FairQueue queue, Ticket ticket, Flow flow, long asked) {
    this.queue = queue;
    this.ticket = ticket;
    this.flow = flow;
    this.asked = asked;
  }

  /** Whether {@link #await} returns or throws at once. */
  public boolean isDecided() {
    return state != State.WAITING;
  }

  /**
   * Waits for the place. The caller closes it.
   *
   * @throws KedgeException the refusal, if the place cannot be had in time or at all
   * @throws CancellationException if the turn was cancelled
   * @throws InterruptedException if the thread was interrupted; the turn is given up
   */
  public Place await() throws InterruptedException {
    awaiting = Thread.currentThread();
    while (state == State.WAITING) {
      long left = queue.patience(this);
      // Looked at again: waiting for the queue's lock may have used up the wake-up.
      if (left <= 0) queue.expire(this);
      else if (state == State.WAITING) LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        cancel();
        throw new InterruptedException();
      }
    }
    return switch (queue.take(this)) {
      case GRANTED -> Objects.requireNonNull(place);
      case REFUSED -> throw new KedgeException(Objects.requireNonNull(refusal));
      case CANCELLED -> throw new CancellationException("the call left the queue");
      case WAITING, TAKEN -> throw new IllegalStateException("the turn was awaited twice");
    };
  }

  /** Gives the turn up: at once nobody waits behind it, and a place that it got is free again. */
  public void cancel() {
    queue.cancel(this);
  }

  /** The same as {@link #cancel}. */
  @Override
  public void close() {
    cancel();
  }

  Flow flow() {
    return flow;
  }

  long tokens() {
    return ticket.tokens();
  }

  long deadline() {
    return ticket.deadline();
  }

  long asked() {
    return asked;
  }

  State state() {
    return state;
  }

  @Nullable Place place() {
    return place;
  }

  /* Below: under the queue's lock. */

  void grant(Place granted) {
    place = granted;
    state = State.GRANTED;
  }

  void refuse(Failure failure) {
    refusal = failure;
    state = State.REFUSED;
  }

  void become(State next) {
    state = next;
  }

  /** After the lock was left, so that the woken thread does not run into it. */
  void wake() {
    LockSupport.unpark(awaiting);
  }
}
