/**
 * What a gateway adds: one run measures a direct connection, nginx as a plain proxy, Kedge with
 * keys, limits, budget, metering and metrics on, and a peer gateway, all in front of the same mock
 * upstream.
 *
 * <p>Upstream and load share the machine with what is measured, so both are one thread each around
 * a selector: what they cost is small, the same for all, and taken off by subtracting the direct
 * run. Clocks: {@link System#nanoTime} is the machine's monotonic clock in every process on Linux,
 * so the upstream writes the time of sending into each streamed event ({@code system_fingerprint}),
 * and the load reads how long the event was on its way.
 */
@NullMarked
package dev.kedge.bench.gateway;

import org.jspecify.annotations.NullMarked;
