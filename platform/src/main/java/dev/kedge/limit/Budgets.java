package dev.kedge.limit;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Money;
import dev.kedge.store.Store;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Budgets that cannot be overspent: not by parallel calls, not by several nodes, not by a process
 * that is killed or a machine that loses power. Any thread may call.
 *
 * <p><b>Algorithm.</b> Each budget has a <i>pot</i> per period in the store: the limit, and how
 * much of it nodes have taken out. A node never spends from the pot itself. It takes a <i>lease
 * block</i> out of it (one durable transaction that locks the pot's row), keeps the block in memory
 * as a {@link Purse}, and serves reservations from there by compare-and-set. Before a call, the
 * most that it can cost is moved from <i>free</i> to <i>reserved</i>; afterwards its cost becomes
 * <i>spent</i> and the rest free again. On an orderly close, and whenever money lies idle, the node
 * returns what is free.
 *
 * <p><b>Why it holds.</b> Money in memory was subtracted in the store, durably, before the first
 * nano of it could be reserved; it is added there again only after it was withdrawn from memory. So
 * at each instant, whatever dies, the sum of all nodes' spent and reserved money is at most what
 * the pot has given out, which is at most the limit. A crash forgets memory only: the block's rest
 * stays subtracted and unspent in that period. Where a transaction's outcome is unknown (the
 * connection broke in the commit), the node assumes the worse; its lease row, read in the next
 * transaction under the pot's lock, then tells the truth, and the money is found again.
 *
 * <p><b>How big a block is.</b> A block begins at sixteen calls' worth, doubles while blocks last
 * less than a second, halves when they last more than five, and is fetched ahead when a quarter is
 * left, so a busy node visits the store about once a second and calls do not wait. It never exceeds
 * 1/32 of the limit, nor 1/8 of what is left, nor is it less than the call needs: a crash loses
 * little, and toward the end blocks shrink to single calls, so that the last money is usable. A
 * node that finds too little left marks the pot; the others, which look five times a second while
 * they hold free money, return it, and the call waits up to half a second for that. What lies idle
 * for half a minute is returned in any case. Only the holder returns a lease: taking it away by
 * time-out would trust two clocks and a process that may only be paused.
 *
 * <p><b>Why not otherwise.</b> A transaction per call costs a disk sync or a round trip before the
 * first token, and all calls queue at one row. Counters that are written behind lose the tail in a
 * crash, that is, they overspend. Fixed shares per node strand money and need to know the nodes.
 *
 * <p><b>Several accounts</b> are all or nothing: they are taken in order, and what was taken is put
 * back if one refuses. For that instant, another call may find too little; none finds too much.
 *
 * <p><b>Periods</b> are those of the UTC calendar. A call is charged to the period in which it was
 * reserved, however late it ends. Each period has its own pot, so that a clock that is wrong or
 * steps back shifts money between periods, but overspends none.
 *
 * <p><b>Overrun.</b> A call that costs more than its reservation breaks the promise of whoever
 * worked out the worst case. The money is gone, so it is charged in full: the purse goes below
 * zero, pays with its next block or at the next sweep even out of an empty pot, and the store keeps
 * the sum as overrun. {@code spent - overrun <= limit} holds always, unless the limit is lowered
 * below what is spent.
 *
 * <p><b>Cost.</b> Without contention a reservation with its settlement takes well below a
 * microsecond per account: a map look-up, one compare-and-set, two additions. Memory: about 400
 * bytes per account that was used in the present period.
 */
public final class Budgets implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.kedge.limit");
  private static final int SWEPT_TOGETHER = 64;
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(5);
  private static final long WANTED_MILLIS = 1_500;
  private static final long KEPT_AFTER_END_MILLIS = 600_000;
  private static final long ABANDONED_MILLIS = 48L * 3_600_000;
  private static final long FORGET_MILLIS = 3_600_000;
  private static final Comparator<Purse> ORDER =
      Comparator.<Purse, String>comparing(purse -> purse.key().account())
          .thenComparingLong(purse -> purse.key().starts())
          .thenComparing(purse -> purse.key().lease());

  private final BudgetStore store;
  private final InstantSource clock;
  private final LeasePolicy policy;
  private final ConcurrentHashMap<String, Purse> purses = new ConcurrentHashMap<>();
  // Of earlier periods; calls may still be settled against them.
  private final Set<Purse> old = ConcurrentHashMap.newKeySet();
  private final ReentrantLock sweeping = new ReentrantLock();
  // Set by close(), read by everybody.
  private volatile boolean closed;
  private long forgetMillis;

  /**
   * Budgets of this process. There may be several processes on one store, and several of this in a
   * process.
   *
   * @param store stays open after {@link #close}
   * @param node for people, to tell nodes apart; need not be unique
   */
  public Budgets(Store store, InstantSource clock, String node) {
    this(new BudgetStore(store, node), clock, LeasePolicy.DEFAULT);
  }

  Budgets(BudgetStore store, InstantSource clock, LeasePolicy policy) {
    this.store = store;
    this.clock = clock;
    this.policy = policy;
    if (!policy.tick().isZero()) {
      Thread.ofVirtual().name("kedge-budgets").start(this::sweepUntilClosed);
    }
  }

  /**
   * Sets money aside in all of these accounts, or in none. Usually without I/O; waits for the store
   * where this node must fetch more.
   *
   * @param accounts each at most once; where none, everything is allowed
   * @param worst the most that the call can cost
   * @throws KedgeException with {@code budget_exceeded} if an account does not cover it: which one,
   *     and when to come again; {@code budget_unknown} if the store cannot be asked
   */
  public Reservation reserve(List<Account> accounts, Money worst) {
    long amount = worst.nanos();
    if (amount < 0) throw new IllegalArgumentException("a call costs 0 or more");
    if (closed) {
      throw new KedgeException(
          new Failure.Unavailable("the gateway is closing", "budgets_closed", 1));
    }
    long now = clock.millis();
    Purse[] taken = new Purse[accounts.size()];
    int count = 0;
    try {
      for (; count < taken.length; count++) {
        Purse purse = purse(accounts.get(count), now);
        purse.take(amount);
        taken[count] = purse;
      }
    } catch (RuntimeException e) {
      for (int i = 0; i < count; i++) taken[i].settle(amount, 0);
      throw e;
    }
    return new Reservation(taken, amount);
  }

  private Purse purse(Account account, long now) {
    Purse purse = purses.get(account.id());
    if (purse == null || !purse.covers(now)) purse = open(account, now);
    if (purse.limit() != account.limit().nanos()) purse.changeLimit(account.limit().nanos());
    return purse;
  }

  private Purse open(Account account, long now) {
    return purses.compute(
        account.id(),
        (id, present) -> {
          if (present != null && present.covers(now)) return present;
          if (present != null) old.add(present);
          long starts = account.period().startMillis(now);
          long ends = account.period().endMillis(now);
          var key =
              new BudgetStore.LeaseKey(
                  UUID.randomUUID().toString(), id, account.label(), starts, ends);
          return new Purse(key, account.period(), account.limit().nanos(), store, policy, clock);
        });
  }

  private void sweepUntilClosed() {
    while (!closed) {
      try {
        Thread.sleep(policy.tick());
        if (!closed) sweep(false);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "budgets could not be reported: " + e.getMessage());
      }
    }
  }

  /** Returns idle money and reports; {@code everything} leaves nothing on hand. */
  void sweep(boolean everything) {
    sweeping.lock();
    try {
      long now = clock.millis();
      retire(now);
      Set<String> wanted =
          purses.values().stream().anyMatch(Purse::hasFree)
              ? store.wanted(now - WANTED_MILLIS)
              : Set.of();
      List<Purse> present = new ArrayList<>(purses.values());
      present.addAll(old);
      present.sort(ORDER);
      for (int from = 0; from < present.size(); from += SWEPT_TOGETHER) {
        int to = Math.min(present.size(), from + SWEPT_TOGETHER);
        sweep(present.subList(from, to), wanted, everything, now);
      }
      old.removeIf(purse -> over(purse, now));
      if (now >= forgetMillis) {
        forgetMillis = now + FORGET_MILLIS;
        store.forget(now);
      }
    } finally {
      sweeping.unlock();
    }
  }

  /** A call that never ends must not keep its purse for ever. */
  private static boolean over(Purse purse, long now) {
    long since = now - purse.key().ends();
    return since > ABANDONED_MILLIS || (since > KEPT_AFTER_END_MILLIS && purse.done());
  }

  private void retire(long now) {
    for (Purse purse : purses.values()) {
      if (now < purse.key().ends()) continue;
      old.add(purse);
      purses.remove(purse.key().account(), purse);
    }
  }

  private void sweep(List<Purse> some, Set<String> wanted, boolean everything, long now) {
    List<Purse> busy = new ArrayList<>();
    List<BudgetStore.Return> returns = new ArrayList<>();
    Duration patience = closed ? LAST_PATIENCE : Duration.ZERO;
    for (Purse purse : some) {
      boolean all = everything || wanted.contains(purse.key().account()) || old.contains(purse);
      BudgetStore.Return back = purse.sweep(now, all, patience);
      if (back == null) continue;
      busy.add(purse);
      returns.add(back);
    }
    if (busy.isEmpty()) return;
    List<Long> stored;
    try {
      stored = store.giveBack(returns, now);
    } catch (RuntimeException e) {
      for (int i = 0; i < busy.size(); i++) busy.get(i).notSwept(returns.get(i));
      throw e;
    }
    for (int i = 0; i < busy.size(); i++) busy.get(i).swept(returns.get(i), stored.get(i), now);
  }

  /** The budgets in use, all nodes together. */
  public static List<BudgetStatus> status(Store store, InstantSource clock) {
    return BudgetStore.status(store, clock.millis());
  }

  /**
   * Returns what is not reserved. Calls should have ended before: what they have reserved stays
   * subtracted.
   */
  @Override
  public void close() {
    if (closed) return;
    closed = true;
    try {
      sweep(true);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "budgets could not be returned: " + e.getMessage());
    }
  }
}
