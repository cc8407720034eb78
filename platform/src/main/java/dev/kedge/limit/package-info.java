/**
 * How much callers may ask for, and whose turn it is.
 *
 * <ul>
 *   <li>{@link dev.kedge.limit.Rates}: requests and tokens per minute and calls at a time, per key
 *       and tenant, in this process: with several gateway nodes each counts its own calls, so that
 *       a limit is to be divided by the nodes. Budgets, which are money, hold across nodes.
 *   <li>{@link dev.kedge.limit.FairQueue}: one bounded queue per model. Who waits is served in the
 *       order of start-time fair queueing; who cannot be served in time is told at once.
 *   <li>{@link dev.kedge.limit.Budgets}: money per hour, day or month. The worst case is reserved
 *       before a call and settled after it, out of leases that are kept in memory and were
 *       subtracted in the store before; they cannot be overspent by several nodes or by a crash.
 * </ul>
 *
 * <p>Times come from a {@code LongSupplier} that stands for {@link System#nanoTime()}, so that
 * tests run days in milliseconds.
 */
@NullMarked
package dev.kedge.limit;

import org.jspecify.annotations.NullMarked;
