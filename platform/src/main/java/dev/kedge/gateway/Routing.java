package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.limit.FairQueue;
import dev.kedge.route.tier.Tiers;
import java.util.Map;
import java.util.TreeMap;

/**
 * What can be called now. Immutable; a reload replaces it.
 *
 * @param targets by name
 * @param virtual models that choose among targets, by name
 */
record Routing(Map<String, Target> targets, Map<String, Tiers> virtual) {
  Routing {
    targets = Map.copyOf(targets);
    virtual = Map.copyOf(virtual);
  }

  /** The target of this name; NotFound where there is none. */
  Target target(String model) {
    Target target = targets.get(model);
    if (target != null) return target;
    String shown = model.length() <= 100 ? model : model.substring(0, 100) + "…";
    throw new KedgeException(
        new Failure.NotFound(
            "the model '"
                + shown
                + "' is not served here; served: "
                + String.join(", ", names().keySet()),
            "model_not_found"));
  }

  boolean knows(String model) {
    return targets.containsKey(model) || virtual.containsKey(model);
  }

  /** All names that callers may use, in alphabetical order. */
  Map<String, Boolean> names() {
    Map<String, Boolean> names = new TreeMap<>();
    targets.keySet().forEach(name -> names.put(name, false));
    virtual.keySet().forEach(name -> names.put(name, true));
    return names;
  }

  void closeQueues() {
    targets.values().stream().map(Target::queue).forEach(FairQueue::close);
  }
}
