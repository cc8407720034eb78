package dev.kedge.gateway;

import dev.kedge.base.KedgeException;
import dev.kedge.config.ModelSection;
import dev.kedge.config.RolloutSection;
import dev.kedge.config.Upstreams;
import dev.kedge.rollout.Measures;
import dev.kedge.rollout.Rollout;
import dev.kedge.rollout.RolloutSpec;
import dev.kedge.rollout.Rollouts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the rollouts of a configuration; their shadows outlive it. For one thread at a time. */
final class RolloutRoutes {
  private final Optional<Rollouts> rollouts;
  private final InstantSource clock;
  private final Legs legs;
  private final Map<String, RolloutRoute> known = new HashMap<>();

  RolloutRoutes(Optional<Rollouts> rollouts, InstantSource clock, Legs legs) {
    this.rollouts = rollouts;
    this.clock = clock;
    this.legs = legs;
  }

  /** Reads what a rollout names, so that a broken file is told before anything changes. */
  void check(RolloutSection section, Path folder) throws IOException {
    if (rollouts.isEmpty()) throw KedgeException.invalid("a rollout needs a store");
    Measures.of(section, folder);
  }

  /** Adds the rollouts to the targets of their models. */
  void add(Upstreams config, Path folder, Map<String, Target> targets) throws IOException {
    if (rollouts.isEmpty()) return;
    Set<String> named = new HashSet<>();
    for (ModelSection model : config.models()) {
      Target target = targets.get(model.name());
      if (target == null || model.rollout().isEmpty()) continue;
      RolloutSection section = model.rollout().get();
      Target candidate = targets.get(section.candidate());
      if (candidate == null) {
        throw KedgeException.invalid(
            "the candidate '" + section.candidate() + "' of '" + model.name() + "' is not served");
      }
      RolloutRoute route = route(section, folder, target, candidate);
      named.add(route.rollout().id());
      targets.put(model.name(), target.with(route));
    }
    rollouts.get().keep(named);
    known
        .values()
        .removeIf(route -> {
          if (named.contains(route.rollout().id())) return false;
          route.shadows().close();
          return true;
        });
  }

  private RolloutRoute route(RolloutSection section, Path folder, Target target, Target candidate)
      throws IOException {
    RolloutSpec spec = RolloutSpec.of(target.model(), section, target.digest(), candidate.digest());
    Rollout rollout = rollouts.orElseThrow().open(spec, Measures.of(section, folder));
    @Nullable RolloutRoute before = known.get(rollout.id());
    boolean same = before != null && before.section().shadow().equals(section.shadow());
    Shadows shadows;
    if (before != null && same) {
      shadows = before.shadows();
    } else {
      if (before != null) before.shadows().close();
      shadows = new Shadows(rollout, section.shadow(), legs, clock);
    }
    RolloutRoute route = new RolloutRoute(rollout, section, candidate, shadows);
    known.put(rollout.id(), route);
    return route;
  }

  /** Ends the copies. */
  void close() {
    known.values().forEach(route -> route.shadows().close());
  }
}
