package dev.kedge.route;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps retries a small share of calls, so that a broken fleet gets hardly more load than a well
 * one: each call pays a share of a retry in, each retry takes a whole one out. Thread-safe.
 */
final class RetryBudget {
  private static final long WHOLE = 1000;

  private final long share;
  private final long most;
  private final AtomicLong thousandths;

  RetryBudget(RetryPolicy policy) {
    this.share = Math.round(policy.ratio() * WHOLE);
    this.most = policy.reserve() * WHOLE;
    this.thousandths = new AtomicLong(most);
  }

  /** A call begins. */
  void called() {
    if (thousandths.get() < most) thousandths.updateAndGet(n -> Math.min(most, n + share));
  }

  /** Takes leave for one retry. */
  boolean take() {
    for (; ; ) {
      long left = thousandths.get();
      if (left < WHOLE) return false;
      if (thousandths.compareAndSet(left, left - WHOLE)) return true;
    }
  }
}
