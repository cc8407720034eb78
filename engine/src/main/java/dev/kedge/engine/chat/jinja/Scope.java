package dev.kedge.engine.chat.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The names of a part of a template, and around it those of the parts that enclose it. */
final class Scope {
  private final Map<String, Value> names = new HashMap<>();
  private final Optional<Scope> outer;

  Scope() {
    this.outer = Optional.empty();
  }

  Scope(Scope outer) {
    this.outer = Optional.of(outer);
  }

  Value get(String name) {
    for (Scope scope = this; ; scope = scope.outer.get()) {
      Value value = scope.names.get(name);
      if (value != null) {
        return value;
      }
      if (scope.outer.isEmpty()) {
        return new Value.Undefined("'" + name + "'");
      }
    }
  }

  void set(String name, Value value) {
    names.put(name, value);
  }
}
