package dev.kedge.engine.chat.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The arguments of a call, evaluated. */
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Checks the arguments against the parameters that a function knows, all of them optional. */
  Bound bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new Fault(
          "%s takes at most %d arguments, not %d"
              .formatted(function, parameters.length, positional.size()));
    }
    Map<String, Value> bound = new HashMap<>();
    for (int i = 0; i < positional.size(); i++) {
      bound.put(parameters[i], positional.get(i));
    }
    List<String> known = List.of(parameters);
    for (Map.Entry<String, Value> entry : named.entrySet()) {
      if (!known.contains(entry.getKey())) {
        throw new Fault("%s has no argument '%s'".formatted(function, entry.getKey()));
      }
      if (bound.put(entry.getKey(), entry.getValue()) != null) {
        throw new Fault("%s gets its argument '%s' twice".formatted(function, entry.getKey()));
      }
    }
    return new Bound(function, bound);
  }

  /** The same call without its first positional argument. */
  Arguments rest() {
    return new Arguments(
        positional.subList(Math.min(1, positional.size()), positional.size()), named);
  }

  /** The same call with another first argument. */
  Arguments after(Value first) {
    List<Value> all = new ArrayList<>(positional.size() + 1);
    all.add(first);
    all.addAll(positional);
    return new Arguments(all, named);
  }

  /** Arguments by parameter name. */
  record Bound(String function, Map<String, Value> values) {
    boolean has(String name) {
      return values.containsKey(name);
    }

    Value get(String name, Value otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    Value need(String name) {
      Value value = values.get(name);
      if (value == null) {
        throw new Fault("%s needs its argument '%s'".formatted(function, name));
      }
      return value;
    }

    Text text(String name) {
      if (need(name) instanceof Text text) {
        return text;
      }
      throw new Fault(
          "%s: '%s' must be a string, not %s".formatted(function, name, need(name).kind()));
    }

    boolean flag(String name, boolean otherwise) {
      return has(name) ? Operators.truth(need(name)) : otherwise;
    }

    long integer(String name, long otherwise) {
      return switch (get(name, new Value.Int(otherwise))) {
        case Value.Int number -> number.value();
        case Value.Bool bool -> bool == Value.Bool.TRUE ? 1 : 0;
        case Value other ->
            throw new Fault(
                "%s: '%s' must be an integer, not %s".formatted(function, name, other.kind()));
      };
    }

    /** Whether an argument is given and not none. */
    boolean given(String name) {
      return has(name) && need(name) != Value.Nothing.NONE;
    }
  }
}
