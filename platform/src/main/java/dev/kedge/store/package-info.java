/**
 * The one place where Kedge keeps state that outlives the process: SQLite in a file by default,
 * PostgreSQL by URL where several nodes share it.
 *
 * <p>{@link dev.kedge.store.Store} runs functions on a JDBI handle: {@code read} on any connection,
 * {@code write} in a transaction. Tables and SQL of a feature stand in the feature, in a class
 * named {@code *Store}, and use the subset that both databases speak: {@code BIGINT}, {@code TEXT},
 * {@code DOUBLE PRECISION}, {@code INSERT … ON CONFLICT}, {@code RETURNING}; instants are epoch
 * milliseconds, money billionths of a dollar, truth values 0 and 1. The few differences are methods
 * of {@link dev.kedge.store.Dialect}.
 *
 * <p>SQLite runs with a write-ahead log. All writes pass through one thread that commits whatever
 * has queued up as one transaction, each in a savepoint of its own, so that a hundred waiting
 * writers cost one commit. {@code write} survives the death of the process; {@code writeDurably}
 * also the death of the machine (the log is synced before the call returns). On PostgreSQL both are
 * durable; a server that acknowledges commits before they are on disk is told not to.
 *
 * <p>Migrations are SQL files in resources ({@code V001__budgets.sql}), listed in {@code
 * migrations.txt}. All that are missing run in one transaction under a lock, so that two nodes that
 * start at once do not collide; the digest of each is kept, and a file that changed after it ran is
 * refused.
 */
@NullMarked
package dev.kedge.store;

import org.jspecify.annotations.NullMarked;
