package dev.kedge.config;

import dev.kedge.base.KedgeException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The upstreams and the models made of them, checked against each other.
 *
 * @param upstreams in the order of the file
 * @param models in the order of the file
 */
public record Upstreams(List<UpstreamSection> upstreams, List<ModelSection> models) {
  public Upstreams {
    upstreams = List.copyOf(Check.or(upstreams, List.of()));
    models = List.copyOf(Check.or(models, List.of()));
  }

  /**
   * Checks names: each unique, each one that is referred to declared.
   *
   * @param engineModels models of this process, which a last resort may name
   * @throws KedgeException naming the place and the nearest declared name
   */
  public void check(Set<String> engineModels) {
    Map<String, UpstreamSection> byName = new LinkedHashMap<>();
    for (UpstreamSection upstream : upstreams) {
      if (byName.put(upstream.name(), upstream) != null) {
        throw KedgeException.invalid("two upstreams have the name '" + upstream.name() + "'");
      }
    }
    Set<String> names = new HashSet<>();
    for (ModelSection model : models) {
      if (!names.add(model.name())) {
        throw KedgeException.invalid("two models have the name '" + model.name() + "'");
      }
      for (List<String> group : model.upstreams()) {
        for (String name : group) serves(byName, name, model.name());
      }
      model.lastResort().ifPresent(name -> known(engineModels, name, model.name()));
    }
    Set<String> answering = new TreeSet<>(engineModels);
    for (UpstreamSection upstream : upstreams) {
      for (UpstreamSection.Served served : upstream.models()) answering.add(served.name());
    }
    for (ModelSection model : models) checkAnswered(model, answering);
    checkRollouts(answering);
  }

  private void checkRollouts(Set<String> answering) {
    Set<String> named = new TreeSet<>(answering);
    Set<String> rolled = new HashSet<>();
    for (ModelSection model : models) {
      if (model.tiers().isEmpty()) named.add(model.name());
      if (model.rollout().isPresent()) rolled.add(model.name());
    }
    for (ModelSection model : models) {
      if (model.rollout().isEmpty()) continue;
      String candidate = model.rollout().get().candidate();
      String where = "the rollout of the model '" + model.name() + "' names ";
      if (!named.contains(candidate)) {
        throw KedgeException.invalid(
            where + "the unknown model '" + candidate + "'; " + Check.nearest(candidate, named));
      }
      if (rolled.contains(candidate)) {
        throw KedgeException.invalid(
            where + "'" + candidate + "', which has a rollout of its own; end that one first");
      }
    }
  }

  /* A tier may itself be a name with a last resort only, so declared ones count as well. */
  private void checkAnswered(ModelSection model, Set<String> answering) {
    Set<String> named = new TreeSet<>(answering);
    for (ModelSection other : models) if (other.tiers().isEmpty()) named.add(other.name());
    if (model.tiers().isPresent()) {
      tier(model.tiers().get().small(), named, model.name());
      tier(model.tiers().get().large(), named, model.name());
    } else if (model.upstreams().isEmpty()
        && model.lastResort().isEmpty()
        && !answering.contains(model.name())) {
      throw KedgeException.invalid(
          "the model '"
              + model.name()
              + "' has neither upstreams nor tiers nor a last resort, and nothing serves it; "
              + Check.nearest(model.name(), answering));
    }
  }

  private static void tier(String name, Set<String> named, String model) {
    if (named.contains(name)) return;
    throw KedgeException.invalid(
        "the tiers of the model '"
            + model
            + "' name the unknown model '"
            + name
            + "'; "
            + Check.nearest(name, named));
  }

  private static void serves(Map<String, UpstreamSection> byName, String name, String model) {
    UpstreamSection upstream = byName.get(name);
    if (upstream == null) {
      throw KedgeException.invalid(
          "the model '"
              + model
              + "' names the unknown upstream '"
              + name
              + "'; "
              + Check.nearest(name, byName.keySet()));
    }
    if (upstream.model(model).isPresent()) return;
    List<String> served = upstream.models().stream().map(UpstreamSection.Served::name).toList();
    throw KedgeException.invalid(
        "the upstream '"
            + name
            + "' does not serve the model '"
            + model
            + "'; add it under its 'models'; "
            + Check.nearest(model, served));
  }

  private static void known(Set<String> engineModels, String name, String model) {
    if (engineModels.contains(name)) return;
    throw KedgeException.invalid(
        "the model '"
            + model
            + "' names the last resort '"
            + name
            + "', which is no engine model; "
            + Check.nearest(name, engineModels));
  }
}
