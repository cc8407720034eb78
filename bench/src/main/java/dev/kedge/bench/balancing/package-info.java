/**
 * What balancing does to the time to first token, in a simulation: conversations arrive at a few
 * servers, and each call is given to one of them in turn, to the one with the fewest calls, or to
 * the one that the gateway's own pool, balancer and dispatcher pick. The gateway's classes run as
 * they are, on a clock that the simulation sets and on metrics pages that the simulated servers
 * write.
 *
 * <p>Everything is a function of the seed. The shapes of service times are those of published
 * measurements, see {@link dev.kedge.bench.balancing.ServiceTimes}.
 */
@NullMarked
package dev.kedge.bench.balancing;

import org.jspecify.annotations.NullMarked;
