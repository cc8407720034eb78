package dev.kedge.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model as callers see it, under {@code models}.
 *
 * @param name under which callers ask for it
 * @param upstreams groups of upstreams in order of failover, balanced within a group; default none
 * @param lastResort an engine model that answers where no upstream does
 * @param tiers makes it a virtual model that picks one of two others per call
 * @param queue of calls that wait for a place
 * @param rollout another model that wants its place
 */
public record ModelSection(
    String name,
    List<List<String>> upstreams,
    Optional<String> lastResort,
    Optional<TierSection> tiers,
    Queue queue,
    Optional<RolloutSection> rollout) {
  public ModelSection {
    name = Check.required(name, "name");
    upstreams = Check.or(upstreams, List.<List<String>>of()).stream().map(List::copyOf).toList();
    lastResort = Check.or(lastResort, Optional.empty());
    tiers = Check.or(tiers, Optional.empty());
    queue = Check.or(queue, Queue.DEFAULT);
    rollout = Check.or(rollout, Optional.empty());
    if (tiers.isPresent() && rollout.isPresent()) {
      throw new IllegalArgumentException(
          "the model '" + name + "' has tiers; a rollout stands with a model of its tiers");
    }
    if (rollout.isPresent() && rollout.get().candidate().equals(name)) {
      throw new IllegalArgumentException("the model '" + name + "' is its own candidate");
    }
    if (tiers.isPresent() && !(upstreams.isEmpty() && lastResort.isEmpty())) {
      throw new IllegalArgumentException(
          "the model '" + name + "' has tiers; its upstreams stand with the models of its tiers");
    }
    Set<String> seen = new HashSet<>();
    for (List<String> group : upstreams) {
      if (group.isEmpty()) {
        throw new IllegalArgumentException("the model '" + name + "' has an empty group");
      }
      for (String upstream : group) {
        if (!seen.add(upstream)) {
          throw new IllegalArgumentException(
              "the model '" + name + "' names the upstream '" + upstream + "' twice");
        }
      }
    }
  }

  /**
   * Calls of one model that run and that wait.
   *
   * @param places calls at a time over all upstreams; default 64
   * @param waiting calls that wait for a place; further ones are refused; default 256
   */
  public record Queue(Integer places, Integer waiting) {
    static final Queue DEFAULT = new Queue(64, 256);

    public Queue {
      places = Check.range(places, 64, 1, 1_000_000, "places");
      waiting = Check.range(waiting, 256, 0, 1_000_000, "waiting");
    }
  }
}
