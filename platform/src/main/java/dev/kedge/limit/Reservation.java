package dev.kedge.limit;

import dev.kedge.base.Money;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Money set aside for one call. Exactly one of {@link #settle}, {@link #release} and {@link #close}
 * counts: the first, from whichever thread; the others then do nothing.
 */
public final class Reservation implements AutoCloseable {
  private final Purse[] purses;
  private final long worst;
  private final AtomicBoolean ended = new AtomicBoolean();

  Reservation(Purse[] purses, long worst) {
    this.purses = purses;
    this.worst = worst;
  }

  /** A reservation in no account at all. */
  public static Reservation nothing() {
    return new Reservation(new Purse[0], 0);
  }

  /** What was set aside. */
  public Money worst() {
    return new Money(worst);
  }

  /**
   * The call cost this much; the rest is free again. The money is charged to the period in which it
   * was reserved. More than {@link #worst} is an error of whoever worked that out: it is charged
   * all the same, counted as overrun and logged.
   *
   * @throws IllegalArgumentException if the amount is negative
   */
  public void settle(Money actual) {
    if (actual.nanos() < 0) throw new IllegalArgumentException("a call costs 0 or more");
    if (!ended.compareAndSet(false, true)) return;
    for (Purse purse : purses) purse.settle(worst, actual.nanos());
  }

  /** The call never reached an upstream: nothing was spent. */
  public void release() {
    settle(Money.ZERO);
  }

  /** Without a {@link #settle} before, nobody knows what was spent: then it is the worst. */
  @Override
  public void close() {
    settle(worst());
  }
}
