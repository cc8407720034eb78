/**
 * How much callers may ask for, and whose turn it is.
 *
 * <ul>
 *   <li>{@link dev.kedge.limit.Rates}: requests and tokens per minute and calls at a time, per key
 *       and tenant, in this process: with several gateway nodes each counts its own calls, so that
 *       a limit is to be divided by the nodes. Budgets, which are money, hold across nodes.
 *   <li>{@link dev.kedge.limit.FairQueue}: one bounded queue per model. Who waits is served in the
 *       order of start-time fair queueing; who cannot be served in time is told at once.
 * </ul>
 *
 * <p>Times come from a {@code LongSupplier} that stands for {@link System#nanoTime()}, so that
 * tests run days in milliseconds.
 */
@NullMarked
package dev.kedge.limit;

import org.jspecify.annotations.NullMarked;
