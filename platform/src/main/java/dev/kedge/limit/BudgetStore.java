package dev.kedge.limit;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Money;
import dev.kedge.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Pots and leases in the database. A transaction locks the pot first; the lease row then tells what
 * became of an earlier transaction whose outcome this node never learned. Open to tests that let
 * transactions fail.
 */
class BudgetStore {
  /** The node of a lease that was not seen for this long has ended. */
  static final long GONE_MILLIS = 60_000;

  private static final long KEPT_MILLIS = 35L * 24 * 3_600_000;

  private final Store store;
  private final String node;

  BudgetStore(Store store, String node) {
    this.store = store;
    this.node = node + "-" + UUID.randomUUID();
  }

  /** A pot and this node's lease on it. */
  record LeaseKey(String lease, String account, String label, long starts, long ends) {}

  /** What this node has to say about its lease. */
  record Report(LeaseKey key, long limit, long spent, long overrun) {}

  /**
   * A pot after a visit. Money in nanos.
   *
   * @param leased this lease's whole money, spent or not
   * @param left in the pot
   * @param spent by all nodes, as reported
   * @param elsewhere unspent at other nodes that run
   * @param unaccounted at nodes that ended without accounting for it: lost, or spent just before
   */
  record Visit(long leased, long left, long spent, long elsewhere, long unaccounted) {}

  /**
   * Takes a block, durably; where less than {@code need} is left, takes nothing and asks the other
   * nodes for what they do not use.
   */
  Visit take(Report report, LeasePolicy policy, long need, long want, long now) {
    return store.writeDurably(handle -> {
      long granted = lockPot(handle, report);
      long before = leased(handle, report.key);
      long left = Math.max(0, report.limit - granted);
      long block = policy.block(need, want, left, report.limit);
      changePot(handle, report, block, block < need ? now : 0);
      writeLease(handle, report, before + block, now);
      if (block >= need) return new Visit(before + block, left - block, 0, 0, 0);
      return visit(handle, report.key, before + block, left - block, now);
    });
  }

  /**
   * Returns money to the pots and reports, all in one transaction. A negative amount is taken from
   * the pot whatever is left there: it is spent already.
   *
   * @param returns in the order of {@code account}, {@code starts}, so that nodes do not deadlock
   * @return each lease's whole money afterwards
   */
  List<Long> giveBack(List<Return> returns, long now) {
    return store.write(handle ->
        returns.stream()
            .map(each -> {
              lockPot(handle, each.report);
              long rest = leased(handle, each.report.key) - each.amount;
              changePot(handle, each.report, -each.amount, -1);
              writeLease(handle, each.report, rest, now);
              return rest;
            })
            .toList());
  }

  /** Money that a lease gives up. */
  record Return(Report report, long amount) {}

  private long lockPot(Handle handle, Report report) {
    String lock =
        "SELECT granted_nanos FROM budget_pot WHERE account = ? AND starts_ms = ?"
            + store.dialect().forUpdate();
    LeaseKey key = report.key;
    var found = handle.select(lock, key.account, key.starts).mapTo(Long.class).findOne();
    if (found.isPresent()) return found.get();
    handle.execute(
        """
        INSERT INTO budget_pot
          (account, starts_ms, ends_ms, label, limit_nanos, granted_nanos, wanted_ms, wanted_by)
        VALUES (?, ?, ?, ?, ?, 0, 0, '') ON CONFLICT (account, starts_ms) DO NOTHING
        """,
        key.account,
        key.starts,
        key.ends,
        key.label,
        report.limit);
    return handle.select(lock, key.account, key.starts).mapTo(Long.class).one();
  }

  private static long leased(Handle handle, LeaseKey key) {
    return handle
        .select("SELECT granted_nanos FROM budget_lease WHERE lease = ?", key.lease)
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  /**
   * {@code wanted}: when this node found too little; 0 if it found enough; -1 if it did not ask.
   */
  private void changePot(Handle handle, Report report, long granted, long wanted) {
    LeaseKey key = report.key;
    handle.execute(
        "UPDATE budget_pot SET granted_nanos = granted_nanos + ?, limit_nanos = ?"
            + " WHERE account = ? AND starts_ms = ?",
        granted,
        report.limit,
        key.account,
        key.starts);
    if (wanted > 0) {
      handle.execute(
          "UPDATE budget_pot SET wanted_ms = ?, wanted_by = ? WHERE account = ? AND starts_ms = ?",
          wanted,
          node,
          key.account,
          key.starts);
    } else if (wanted == 0) {
      handle.execute(
          "UPDATE budget_pot SET wanted_ms = 0"
              + " WHERE account = ? AND starts_ms = ? AND wanted_by = ? AND wanted_ms > 0",
          key.account,
          key.starts,
          node);
    }
  }

  private void writeLease(Handle handle, Report report, long granted, long now) {
    LeaseKey key = report.key;
    handle.execute(
        """
        INSERT INTO budget_lease (lease, account, starts_ms, node,
          granted_nanos, spent_nanos, overrun_nanos, seen_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (lease) DO UPDATE SET granted_nanos = excluded.granted_nanos,
          spent_nanos = excluded.spent_nanos, overrun_nanos = excluded.overrun_nanos,
          seen_ms = excluded.seen_ms
        """,
        key.lease,
        key.account,
        key.starts,
        node,
        granted,
        report.spent,
        report.overrun,
        now);
  }

  private static Visit visit(Handle handle, LeaseKey key, long leased, long left, long now) {
    return handle
        .select(
            """
            SELECT COALESCE(SUM(spent_nanos), 0) AS spent,
              COALESCE(SUM(CASE WHEN lease <> ? AND seen_ms >= ?
                THEN granted_nanos - spent_nanos ELSE 0 END), 0) AS elsewhere,
              COALESCE(SUM(CASE WHEN lease <> ? AND seen_ms < ?
                THEN granted_nanos - spent_nanos ELSE 0 END), 0) AS unaccounted
            FROM budget_lease WHERE account = ? AND starts_ms = ?
            """,
            key.lease,
            now - GONE_MILLIS,
            key.lease,
            now - GONE_MILLIS,
            key.account,
            key.starts)
        .map((row, _) ->
            new Visit(
                leased,
                left,
                row.getLong("spent"),
                row.getLong("elsewhere"),
                row.getLong("unaccounted")))
        .one();
  }

  /** The accounts in which another node has lately found too little. */
  Set<String> wanted(long since) {
    return store.read(handle ->
        handle
            .select(
                "SELECT account FROM budget_pot WHERE wanted_ms > ? AND wanted_by <> ?",
                since,
                node)
            .mapTo(String.class)
            .stream()
            .collect(Collectors.toSet()));
  }

  /** Forgets periods that ended more than five weeks ago. */
  void forget(long now) {
    store.write(handle -> {
      handle.execute(
          "DELETE FROM budget_lease WHERE EXISTS (SELECT 1 FROM budget_pot p WHERE"
              + " p.account = budget_lease.account AND p.starts_ms = budget_lease.starts_ms"
              + " AND p.ends_ms < ?)",
          now - KEPT_MILLIS);
      return handle.execute("DELETE FROM budget_pot WHERE ends_ms < ?", now - KEPT_MILLIS);
    });
  }

  /** Budgets in the periods that hold this instant, by account. */
  static List<BudgetStatus> status(Store store, long now) {
    return store.read(handle ->
        handle
            .select(
                """
                SELECT p.account, p.label, p.starts_ms, p.ends_ms, p.limit_nanos, p.granted_nanos,
                  COALESCE(SUM(l.spent_nanos), 0) AS spent,
                  COALESCE(SUM(l.overrun_nanos), 0) AS overrun,
                  COALESCE(SUM(CASE WHEN l.seen_ms < ?
                    THEN l.granted_nanos - l.spent_nanos ELSE 0 END), 0) AS unaccounted
                FROM budget_pot p LEFT JOIN budget_lease l
                  ON l.account = p.account AND l.starts_ms = p.starts_ms
                WHERE p.starts_ms <= ? AND p.ends_ms > ?
                GROUP BY p.account, p.label, p.starts_ms, p.ends_ms, p.limit_nanos, p.granted_nanos
                ORDER BY p.account
                """,
                now - GONE_MILLIS,
                now,
                now)
            .map((row, _) -> {
              long limit = row.getLong("limit_nanos");
              long granted = row.getLong("granted_nanos");
              long spent = row.getLong("spent");
              long unaccounted = row.getLong("unaccounted");
              return new BudgetStatus(
                  row.getString("account"),
                  row.getString("label"),
                  period(row.getLong("ends_ms") - row.getLong("starts_ms")),
                  Instant.ofEpochMilli(row.getLong("starts_ms")),
                  Instant.ofEpochMilli(row.getLong("ends_ms")),
                  new Money(limit),
                  new Money(spent),
                  new Money(granted - spent - unaccounted),
                  new Money(unaccounted),
                  new Money(row.getLong("overrun")),
                  new Money(Math.max(0, limit - granted)));
            })
            .list());
  }

  private static CalendarPeriod period(long millis) {
    if (millis <= Duration.ofHours(1).toMillis()) return CalendarPeriod.HOUR;
    return millis <= Duration.ofDays(1).toMillis() ? CalendarPeriod.DAY : CalendarPeriod.MONTH;
  }
}
