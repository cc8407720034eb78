package dev.kedge.limit;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Money;
import dev.kedge.limit.BudgetStore.LeaseKey;
import dev.kedge.limit.BudgetStore.Report;
import dev.kedge.limit.BudgetStore.Visit;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * This node's money of one account in one period. Any thread may take and settle; the pot is
 * visited by one thread at a time. Always: leased = free + reserved by calls + spent. Money in
 * nanos.
 */
final class Purse {
  private static final System.Logger LOG = System.getLogger("dev.kedge.limit");
  private static final long QUICK_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long SLOW_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long LOCK_SECONDS = 10;
  private static final long TELL_MILLIS = 60_000;
  private static final int FIRST_BLOCK_CALLS = 16;
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final LeaseKey key;
  private final CalendarPeriod period;
  private final BudgetStore store;
  private final LeasePolicy policy;
  private final InstantSource clock;

  // Below zero where calls overran their reservations.
  private final AtomicLong free = new AtomicLong();
  private final AtomicLong spent = new AtomicLong();
  private final AtomicLong overrun = new AtomicLong();
  private final AtomicLong untold = new AtomicLong();
  private final AtomicLong toldMillis = new AtomicLong(-TELL_MILLIS);
  // What the calls that wait for a visit need together.
  private final AtomicLong needed = new AtomicLong();
  private final AtomicBoolean fetching = new AtomicBoolean();

  private final ReentrantLock visiting = new ReentrantLock();
  // Of the visiting thread: the lease as the store has it, the size of blocks, the last block.
  private long leased;
  private long target;
  private long lastTakeNanos;
  private long reportedSpent;
  private long reportedMillis;
  // Whether a visit failed, so that nobody knows what became of it; the next one finds out.
  private boolean doubtful;

  // Written by whoever brings a changed configuration, by visits; read with every call.
  private volatile long limit;
  // With less than this on hand, more is fetched ahead of need; 0: it is not.
  private volatile long low;
  private volatile @Nullable Refusal refusal;
  // Everything on hand goes back: the limit has changed.
  private volatile boolean surrender;

  // Of the sweeper: what it saw last, and since when.
  private long seenFree;
  private long seenSpent;
  private long quietSinceNanos = System.nanoTime();

  Purse(
      LeaseKey key,
      CalendarPeriod period,
      long limit,
      BudgetStore store,
      LeasePolicy policy,
      InstantSource clock) {
    this.key = key;
    this.period = period;
    this.limit = limit;
    this.store = store;
    this.policy = policy;
    this.clock = clock;
  }

  LeaseKey key() {
    return key;
  }

  CalendarPeriod period() {
    return period;
  }

  long limit() {
    return limit;
  }

  boolean covers(long now) {
    return now >= key.starts() && now < key.ends();
  }

  boolean hasFree() {
    return free.get() > 0;
  }

  /** The configuration names another limit. */
  void changeLimit(long changed) {
    limit = changed;
    refusal = null;
    low = 0;
    surrender = true;
  }

  /**
   * Takes money for a call: from what is on hand, without I/O; where that is too little, from the
   * pot.
   *
   * @throws KedgeException if the budget does not cover it, or the store cannot tell
   */
  void take(long worst) {
    if (worst == 0) return;
    long rest = fromHand(worst);
    if (rest < 0) {
      takeSlowly(worst);
    } else if (rest < low && fetching.compareAndSet(false, true)) {
      Thread.startVirtualThread(this::fetchAhead);
    }
  }

  /** What is left on hand afterwards; -1 if it was too little. */
  private long fromHand(long worst) {
    long now = free.get();
    while (now >= worst) {
      long seen = free.compareAndExchange(now, now - worst);
      if (seen == now) return now - worst;
      now = seen;
    }
    return -1;
  }

  /**
   * Ends a reservation; {@code actual} above {@code worst} makes a debt, paid at the next visit.
   */
  void settle(long worst, long actual) {
    if (actual > worst) {
      overrun.addAndGet(actual - worst);
      tellOfOverrun(worst, actual - worst);
    }
    if (actual != 0) spent.addAndGet(actual);
    if (actual != worst) free.addAndGet(worst - actual);
  }

  /* A server that ignores the limit of tokens overruns with each call: one line a minute is enough. */
  private void tellOfOverrun(long worst, long over) {
    untold.incrementAndGet();
    long last = toldMillis.get();
    long now = clock.millis();
    if (now - last < TELL_MILLIS || !toldMillis.compareAndSet(last, now)) return;
    LOG.log(
        Level.WARNING,
        "{0} calls overran their reservations, the last one of ${1} by ${2}: {3}",
        untold.getAndSet(0),
        new Money(worst),
        new Money(over),
        key.label());
  }

  private void takeSlowly(long worst) {
    long deadline = System.nanoTime() + policy.patience().toNanos();
    needed.addAndGet(worst);
    try {
      while (true) {
        Refusal found = visit(worst);
        if (found == null) return;
        long now = System.nanoTime();
        if (!found.hopeful() || now - deadline >= 0) {
          if (found.hopeful()) refusal = found.hopeless(now + policy.patience().toNanos() / 2);
          throw found.exception(this, worst, clock.millis());
        }
        pause(policy.patience().dividedBy(10));
      }
    } finally {
      needed.addAndGet(-worst);
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static KedgeException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new KedgeException(
        new Failure.Unavailable("interrupted while waiting for the budget", "interrupted", 1), e);
  }

  /** Takes {@code worst}, fetching a block where needed; the reason if that cannot be. */
  private @Nullable Refusal visit(long worst) {
    try {
      if (!visiting.tryLock(LOCK_SECONDS, TimeUnit.SECONDS)) {
        throw new KedgeException(
            new Failure.Unavailable(
                "the store of the budgets answers too slowly", "budget_unknown", 2));
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      while (fromHand(worst) < 0) {
        Refusal known = refusal;
        // More than the limit is never there; the sum could not be worked out in a long either.
        long need = worst > limit ? NEVER : worst - free.get();
        if (known != null && known.holds(need, System.nanoTime())) return known;
        Refusal found = fetch(need, worst);
        if (found != null) return found;
      }
      return null;
    } finally {
      visiting.unlock();
    }
  }

  /** Fetches a block that covers {@code need}, or says why not. */
  private @Nullable Refusal fetch(long need, long worst) {
    long now = System.nanoTime();
    long since = now - lastTakeNanos;
    if (since < QUICK_NANOS) {
      target = Math.min(2 * target, limit / policy.partsOfLimit());
    } else if (since > SLOW_NANOS) {
      target /= 2;
    }
    target = Math.max(target, FIRST_BLOCK_CALLS * Math.min(worst, limit));
    lastTakeNanos = now;
    long want = Math.max(target, Math.min(needed.get(), limit));
    long before = leased;
    Visit visit = visitPot(need, want);
    boolean plenty = visit.left() > limit / 16;
    low = plenty && !policy.tick().isZero() ? (leased - before) / 4 : 0;
    if (leased - before >= need) {
      refusal = null;
      return null;
    }
    long waits = policy.patience().toNanos();
    boolean hopeful = waits > 0 && visit.elsewhere() >= need - visit.left();
    long until = System.nanoTime() + (hopeful ? waits / 10 : waits / 2);
    Refusal found = new Refusal(visit.left(), visit.spent(), visit.unaccounted(), hopeful, until);
    refusal = found;
    return found;
  }

  private Visit visitPot(long need, long want) {
    long now = clock.millis();
    long total = spent.get();
    try {
      Visit visit = store.take(report(total), policy, need, want, now);
      reconcile(visit.leased());
      reported(total, now);
      return visit;
    } catch (KedgeException e) {
      doubtful = true;
      low = 0;
      throw new KedgeException(
          new Failure.Unavailable(
              "the budget of " + key.label() + " cannot be checked: " + e.failure().message(),
              "budget_unknown",
              2),
          e);
    }
  }

  /** More for the calls to come, on a thread of its own. */
  private void fetchAhead() {
    try {
      if (!visiting.tryLock()) return;
      try {
        if (low > 0 && free.get() < low) fetch(0, target / FIRST_BLOCK_CALLS);
      } finally {
        visiting.unlock();
      }
    } catch (KedgeException e) {
      LOG.log(Level.WARNING, e.failure().message());
    } finally {
      fetching.set(false);
    }
  }

  private Report report(long total) {
    return new Report(key, limit, total, overrun.get());
  }

  /** Learns what the store has; also settles an earlier visit whose outcome stayed unknown. */
  private void reconcile(long stored) {
    free.addAndGet(stored - leased);
    leased = stored;
    doubtful = false;
  }

  private void reported(long total, long now) {
    reportedSpent = total;
    reportedMillis = now;
  }

  /**
   * For the sweeper: withdraws what should go back to the pot and keeps visitors out until {@link
   * #swept} or {@link #notSwept}; null if there is nothing to tell the store.
   *
   * @param everything whether nothing is to stay on hand
   * @param patience how long to wait for a visitor; a visit reports as well
   */
  BudgetStore.@Nullable Return sweep(long now, boolean everything, Duration patience) {
    try {
      if (!visiting.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) return null;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    long amount = withdraw(everything || quiet());
    long total = spent.get();
    long since = now - reportedMillis;
    boolean news = total != reportedSpent && (everything || Math.abs(since) >= 1000);
    boolean alive = leased != total && Math.abs(since) >= BudgetStore.GONE_MILLIS / 4;
    if (amount != 0 || news || alive || doubtful)
      return new BudgetStore.Return(report(total), amount);
    visiting.unlock();
    return null;
  }

  /** Whether no call came or ended for a while. */
  private boolean quiet() {
    long freeNow = free.get();
    long spentNow = spent.get();
    if (freeNow != seenFree || spentNow != seenSpent) {
      seenFree = freeNow;
      seenSpent = spentNow;
      quietSinceNanos = System.nanoTime();
    }
    return System.nanoTime() - quietSinceNanos >= policy.idle().toNanos();
  }

  private long withdraw(boolean everything) {
    boolean all = everything || surrender;
    surrender = false;
    long most = all ? 0 : Math.max(2 * target, limit / policy.partsOfLimit());
    while (true) {
      long now = free.get();
      long keep = now < 0 ? 0 : Math.min(now, most);
      if (now == keep) return 0;
      if (free.compareAndSet(now, keep)) return now - keep;
    }
  }

  /** The store has taken the return. */
  void swept(BudgetStore.Return done, long stored, long now) {
    leased -= done.amount();
    reconcile(stored);
    reported(done.report().spent(), now);
    visiting.unlock();
  }

  /** Nobody knows whether the store has taken the return; the next visit will find out. */
  void notSwept(BudgetStore.Return failed) {
    leased -= failed.amount();
    doubtful = true;
    visiting.unlock();
  }

  /** Whether nothing is left to do: all of the lease is spent, and the store knows. */
  boolean done() {
    if (!visiting.tryLock()) return false;
    try {
      return !doubtful && leased == spent.get() && spent.get() == reportedSpent && free.get() == 0;
    } finally {
      visiting.unlock();
    }
  }
}
