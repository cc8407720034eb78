package dev.kedge.limit;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Money;
import java.time.Instant;

/**
 * What a purse learned when the pot held too little; until it is checked again, calls that need
 * more than what was left are refused without asking. Money in nanos.
 *
 * @param left in the pot
 * @param spent by all nodes, as reported; by this one exactly
 * @param unaccounted at nodes that ended without accounting for it
 * @param hopeful whether other nodes hold enough that they may return
 * @param untilNanos on the clock of {@link System#nanoTime}
 */
record Refusal(long left, long spent, long unaccounted, boolean hopeful, long untilNanos) {
  private static final int SOON_SECONDS = 5;

  boolean holds(long need, long nanoTime) {
    return need > left && nanoTime - untilNanos < 0;
  }

  /** The same for callers who have waited in vain. */
  Refusal hopeless(long until) {
    return new Refusal(left, spent, unaccounted, false, until);
  }

  /** For the caller: which budget, how much of it is gone, when to come again. */
  KedgeException exception(Purse purse, long worst, long now) {
    long limit = purse.limit();
    long rest = Math.max(1, (purse.key().ends() - now + 999) / 1000);
    long held = Math.max(0, limit - left - spent - unaccounted);
    // Calls in progress usually cost less than what they reserved.
    boolean soon = worst <= limit - spent - unaccounted && held > 0;
    long seconds = soon ? Math.min(SOON_SECONDS, rest) : rest;
    StringBuilder message = new StringBuilder("the budget of $");
    message.append(new Money(limit)).append(" per ").append(purse.period());
    message.append(" of ").append(purse.key().label()).append(" does not cover this call, which");
    message.append(" may cost $").append(new Money(worst)).append(": $").append(new Money(spent));
    message.append(" is spent");
    if (held > 0) message.append(", $").append(new Money(held)).append(" reserved by other calls");
    if (unaccounted > 0) {
      message
          .append(", $")
          .append(new Money(unaccounted))
          .append(" unaccounted for by a node that stopped");
    }
    message.append("; it starts anew at ").append(Instant.ofEpochMilli(purse.key().ends()));
    if (worst > limit) message.append(", but even then only for calls with fewer tokens");
    return new KedgeException(
        new Failure.Overloaded(message.toString(), "budget_exceeded", (int) seconds));
  }
}
