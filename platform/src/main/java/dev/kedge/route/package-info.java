/**
 * Which server answers a call.
 *
 * <p>A {@link dev.kedge.route.Pool} holds the declared upstreams, each as a {@link
 * dev.kedge.route.Replica}: whether it is well (probes, and a circuit breaker fed by outcomes), how
 * much of ours runs there, and what it says about itself on its metrics page. A reload keeps
 * replicas whose section did not change and drains those that are gone: they take no new calls, and
 * running ones finish.
 *
 * <p>A {@link dev.kedge.route.Dispatcher} walks the groups of {@link dev.kedge.route.Candidates} in
 * order. Within a group the {@link dev.kedge.route.Balancer} picks. Until the first part of an
 * answer was handed to the caller, a failure that another server may not have is retried there,
 * within bounds: attempts per call, a budget of retries for all calls, the caller's deadline. After
 * the first part nothing is retried.
 *
 * <p>Every call holds a {@link dev.kedge.route.Place} on its replica, which ends exactly once,
 * however the call ends; counters, breaker and speed hang on that end.
 *
 * <p>Time comes as nanoseconds of a monotonic clock through a {@code LongSupplier}; chance through
 * seeded generators; pages of servers through {@link dev.kedge.route.ServerPages}. So everything
 * here runs in a simulation as it runs in production.
 */
@NullMarked
package dev.kedge.route;

import org.jspecify.annotations.NullMarked;
