package dev.kedge.gateway;

import dev.kedge.access.Principal;
import dev.kedge.base.TokenPrice;
import dev.kedge.limit.Budgets;
import dev.kedge.limit.Rates;
import dev.kedge.observe.CallLog;
import dev.kedge.observe.Metrics;
import dev.kedge.rollout.Rollouts;
import dev.kedge.route.Dispatcher;
import dev.kedge.route.Pool;
import dev.kedge.usage.Meter;
import dev.kedge.usage.capture.Capture;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What a gateway is made of; it closes none of it.
 *
 * @param access tells who sends a credential, or refuses it
 * @param budgets absent: nothing is reserved, and no key or tenant may have a budget
 * @param meter absent: nothing is recorded
 * @param capture absent: no exchange is kept
 * @param rollouts absent: no model may have a rollout
 * @param engines what is known of the models of this process, by name
 * @param random for ids and for seeds that clients leave open; thread-safe
 * @param longest time for one call, the time in the queue included
 */
public record GatewayParts(
    Function<String, Principal> access,
    Rates rates,
    Optional<Budgets> budgets,
    Pool pool,
    Dispatcher dispatcher,
    Metrics metrics,
    Optional<Meter> meter,
    Optional<Capture> capture,
    Optional<Rollouts> rollouts,
    CallLog log,
    Map<String, EngineFacts> engines,
    InstantSource clock,
    RandomGenerator random,
    Duration longest) {
  public GatewayParts {
    engines = Map.copyOf(engines);
  }

  /**
   * A model of this process.
   *
   * @param context longest prompt plus answer in tokens
   * @param digest SHA-256 of the file, empty where it was not computed
   * @param places calls that may be with it at a time
   */
  public record EngineFacts(TokenPrice price, int context, String digest, int places) {}
}
