package dev.kedge.gateway;

import dev.kedge.base.TokenPrice;
import dev.kedge.config.ModelSection;
import dev.kedge.config.UpstreamSection;
import dev.kedge.config.Upstreams;
import dev.kedge.limit.FairQueue;
import dev.kedge.limit.QueueSize;
import dev.kedge.limit.QueueState;
import dev.kedge.route.Candidates;
import dev.kedge.route.Replica;
import dev.kedge.route.tier.Tiers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the routing of a configuration; queues outlive it. For one thread at a time. */
final class Targets {
  private final GatewayParts parts;
  private final Map<String, FairQueue> queues = new HashMap<>();
  private final RolloutRoutes rollouts;

  Targets(GatewayParts parts, Legs legs) {
    this.parts = parts;
    this.rollouts = new RolloutRoutes(parts.rollouts(), parts.clock(), legs);
  }

  /** Reads what a configuration names, so that a broken file is told before anything changes. */
  void check(Upstreams config, Path folder) throws IOException {
    for (ModelSection model : config.models()) {
      if (model.tiers().isPresent()) Tiers.of(model.tiers().get(), folder);
      if (model.rollout().isPresent()) rollouts.check(model.rollout().get(), folder);
    }
  }

  /**
   * The pool must have taken over the same configuration.
   *
   * @param folder where the classifiers' files are looked for
   */
  synchronized Routing of(Upstreams config, Path folder) throws IOException {
    Map<String, Tiers> virtual = new HashMap<>();
    Map<String, ModelSection.Queue> sizes = new HashMap<>();
    for (ModelSection model : config.models()) {
      sizes.put(model.name(), model.queue());
      if (model.tiers().isPresent()) {
        virtual.put(model.name(), Tiers.of(model.tiers().get(), folder));
      }
    }
    Map<String, Target> targets = new HashMap<>();
    for (String model : parts.pool().models()) {
      Candidates candidates = parts.pool().candidates(model).orElseThrow();
      targets.put(model, target(candidates, queue(model, sizes.get(model))));
    }
    Set<String> gone = new HashSet<>(queues.keySet());
    gone.removeAll(targets.keySet());
    for (String model : gone) {
      FairQueue queue = queues.remove(model);
      if (queue != null) queue.close();
    }
    rollouts.add(config, folder, targets);
    return new Routing(targets, virtual);
  }

  /* Without a queue of its own a model has the places of its servers and the default of waiting. */
  private FairQueue queue(String model, ModelSection.@Nullable Queue declared) {
    QueueSize size =
        declared == null
            ? new QueueSize(places(model), 1_024)
            : new QueueSize(declared.places(), declared.waiting());
    FairQueue known = queues.get(model);
    if (known != null) {
      known.resize(size);
      return known;
    }
    FairQueue made = new FairQueue(model, size, System::nanoTime);
    queues.put(model, made);
    return made;
  }

  private int places(String model) {
    Candidates candidates = parts.pool().candidates(model).orElseThrow();
    int places = 0;
    for (List<Replica> group : candidates.groups()) {
      for (Replica replica : group) places += replica.section().limits().concurrency();
    }
    if (candidates.lastResort().isPresent()) {
      GatewayParts.EngineFacts facts = parts.engines().get(candidates.lastResort().get().name());
      if (facts != null) places += facts.places();
    }
    return Math.max(1, places);
  }

  private Target target(Candidates candidates, FairQueue queue) {
    Map<String, TokenPrice> prices = new LinkedHashMap<>();
    Map<String, String> digests = new HashMap<>();
    int context = Integer.MAX_VALUE;
    for (List<Replica> group : candidates.groups()) {
      for (Replica replica : group) {
        UpstreamSection.Served served = replica.section().model(candidates.model()).orElseThrow();
        prices.put(replica.name(), served.price().perToken());
        context = longest(context, served.context());
      }
    }
    if (candidates.lastResort().isPresent()) {
      String engine = candidates.lastResort().get().name();
      GatewayParts.EngineFacts facts = parts.engines().get(engine);
      if (facts != null) {
        prices.put(engine, facts.price());
        digests.put(engine, facts.digest());
        context = longest(context, facts.context());
      }
    }
    return new Target(
        candidates,
        queue,
        prices,
        worst(prices),
        context == Integer.MAX_VALUE ? 0 : context,
        digests,
        null);
  }

  /* The bound of an answer is that of the longest context: 0, unknown, spoils it. */
  private static int longest(int context, int other) {
    if (context == Integer.MAX_VALUE) return other;
    return context == 0 || other == 0 ? 0 : Math.max(context, other);
  }

  private static TokenPrice worst(Map<String, TokenPrice> prices) {
    long input = 0;
    long output = 0;
    for (TokenPrice price : prices.values()) {
      input =
          Math.max(
              input, Math.max(price.input(), Math.max(price.cachedInput(), price.cacheWrite())));
      output = Math.max(output, price.output());
    }
    return new TokenPrice(input, input, input, output);
  }

  /** The queues as they are, by model. */
  synchronized Map<String, QueueState> states() {
    Map<String, QueueState> states = new TreeMap<>();
    queues.forEach((model, queue) -> states.put(model, queue.state()));
    return states;
  }

  /** Ends the copies of shadows. */
  void close() {
    rollouts.close();
  }
}
